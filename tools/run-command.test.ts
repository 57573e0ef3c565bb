import { expect, test } from 'vitest';
import { runCommand } from './run-command.ts';

const options = { cwd: '.', timeoutMs: 10_000 };
const node = (code: string, timeoutMs = 10_000) =>
  runCommand(process.execPath, ['-e', code], { ...options, timeoutMs });

test('both streams and the exit code come back', async () => {
  const { code, output } = await node("console.log('out'); console.error('err'); process.exitCode = 3");
  expect(code).toBe(3);
  expect(output.split('\n').toSorted().join(' ').trim()).toBe('err out');
});

test('a command that does not end is ended and says so', async () => {
  const { code, output } = await node("process.stdout.write('here'); setInterval(() => {}, 1000)", 1000);
  expect(code).toBe(124);
  expect(output).toContain('no end after 1 s');
});

test('a command that does not exist answers 127 with the reason', async () => {
  const { code, output } = await runCommand('no-such-command-here', [], options);
  expect(code).toBe(127);
  expect(output).toContain('ENOENT');
});
