import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { runWeft } from './weft-process.fixture.ts';

test('version is one line on standard output', async () => {
  const { code, stdout, stderr } = await runWeft(['version']);
  expect(stdout).toMatch(/^weft \d+\.\d+\.\d+ \(node 2\d\.\d+\.\d+, \w+-\w+\)\n$/);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse((await runWeft(['version', '--json'])).stdout)).toMatchObject({ node: process.versions.node });
  expect((await runWeft(['--version'])).stdout).toBe(stdout);
});

test('help lists the commands, and no word at all is a call for help', async () => {
  const { code, stdout } = await runWeft(['help']);
  expect(code).toBe(0);
  for (const name of ['demo', 'help', 'version']) expect(stdout).toContain(`  ${name}`);
  expect((await runWeft([])).stdout).toBe(stdout);
  expect((await runWeft(['--help'])).stdout).toBe(stdout);
});

test('help of a command shows examples before options, by either spelling', async () => {
  const { stdout } = await runWeft(['help', 'demo']);
  expect(stdout.indexOf('Examples:')).toBeLessThan(stdout.indexOf('Options:'));
  expect(stdout).toMatch(/--rate EVENTS .*Default: 5000\./);
  expect((await runWeft(['demo', '--help'])).stdout).toBe(stdout);
  expect((await runWeft(['help', 'exit-codes'])).stdout).toContain('130');
});

test('a word that is not understood is one line with a suggestion, and exit code 2', async () => {
  expect(await runWeft(['dmeo'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'weft: unknown command "dmeo"; did you mean demo? Otherwise weft help lists the commands\n',
  });
  expect(await runWeft(['demo', '--exitafter', '3s'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'weft demo: unknown option --exitafter; did you mean --exit-after? Otherwise see weft help demo\n',
  });
  expect(await runWeft(['--rate', '3'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('comes before any command'),
  });
});

test('a Node that is too old gets one line that says what to do', async () => {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`;
  const { code, stdout, stderr } = await runWeft(['demo'], {
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^weft: needs Node 22\.18 or newer but this is Node 20\.19\.0; run "npm install".*\n$/);
});

const oldNode = findOldNode();

test.runIf(oldNode)('a real old Node gets that line as well', async () => {
  const { code, stderr } = await runWeft(['demo'], { node: oldNode ?? '' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^weft: needs Node 22\.18 or newer but this is Node [\d.]+; .*\n$/);
});

/** A Node before 22 somewhere on the path, as most machines that clone the repository have one. */
function findOldNode(): string | undefined {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return candidates.find(
    (path) => existsSync(path) && Number(/^v(\d+)/.exec(execFileSync(path, ['-v'], { encoding: 'utf8' }))?.[1]) < 22,
  );
}
