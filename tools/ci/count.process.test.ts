import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'weft-count-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = fileURLToPath(new URL('count.mjs', import.meta.url));
const count = async (report: object | string, code: number): Promise<string> => {
  const path = join(folder, 'report.json');
  writeFileSync(path, typeof report === 'string' ? report : JSON.stringify(report));
  const { output } = await runCommand(process.execPath, [script, path, String(code)], {
    cwd: folder,
    timeoutMs: 10_000,
  });
  return output.trim();
};

test('a run in order gives its passed and skipped tests', async () => {
  expect(await count({ numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1 }, 0)).toBe('5 0 3');
});

test('a file that could not be loaded counts as a failure beside the failed tests', async () => {
  const testResults = [
    { status: 'failed', assertionResults: [{ status: 'failed' }, { status: 'passed' }] },
    { status: 'failed', assertionResults: [] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ];
  expect(await count({ numPassedTests: 2, numFailedTests: 1, testResults }, 1)).toBe('2 2 0');
});

test('a run that broke without a failed test counts as one failure', async () => {
  expect(await count({ numPassedTests: 5, numFailedTests: 0 }, 124)).toBe('5 1 0');
});

test('a run without tests or without a report counts as one failure', async () => {
  expect(await count({ numPassedTests: 0, numFailedTests: 0 }, 0)).toBe('0 1 0');
  expect(await count('cut off', 0)).toBe('0 1 0');
});
