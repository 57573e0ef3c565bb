import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runWeft } from '../cli/weft-process.fixture.ts';
import { childOf } from '../net/started.fixture.ts';

interface Look {
  readonly type: string;
  readonly phase?: string;
  readonly events?: number;
  readonly [name: string]: unknown;
}

let folder: string;
let words: readonly string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-demo-'));
  words = [
    'demo',
    '--remote',
    '--json',
    '--rows',
    '20000',
    '--keep-rows',
    '17000',
    '--rate',
    '5000',
    '--data-dir',
    folder,
  ];
});

afterEach(() => rm(folder, { recursive: true }));

/** Runs it until it streams live flights, and then something is done. */
function runUntilLive(act: (demo: ChildProcess) => void): ReturnType<typeof runWeft> {
  let isDone = false;
  return runWeft(words, {
    watch(child, stdout) {
      if (isDone || !looks(stdout).some(({ events = 0 }) => events > 500)) return;
      isDone = true;
      act(child);
    },
  });
}

/** The process group of a process. */
function groupOf(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  return Number(fields.split(' ')[2]);
}

function looks(stdout: string): readonly Look[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Look);
}

test('in two processes it shows the same figures, and ends both', async () => {
  let server = 0;
  let groups: readonly number[] = [];
  const { code, stdout, stderr } = await runUntilLive((demo) => {
    server = childOf(demo.pid!);
    groups = [demo.pid!, server].map(groupOf);
    demo.kill('SIGINT');
  });
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^Stopped after/)]);
  const figures = looks(stdout).slice(0, -1);
  for (const look of figures)
    expect(look).toMatchObject({ type: 'figures', readsMissed: 0, processBytes: expect.any(Number) });
  expect(figures.at(-1)).toMatchObject({ phase: 'live', meanDelayMinutes: expect.any(Number) });
  expect(looks(stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'SIGINT', kept: folder });
  expect(() => process.kill(server, 0)).toThrow('ESRCH');
  // Or a signal to the group would end the server before the demo has asked its last figures.
  expect(groups[1]).not.toBe(groups[0]);
});

test('either process can be killed: the other ends, and no acknowledged flight is missing', async () => {
  const killed = await runUntilLive((demo) => demo.kill('SIGKILL'));
  expect([killed.code, killed.stderr]).toEqual(['SIGKILL', expect.anything()]);
  const { code, stdout, stderr } = await runUntilLive((demo) => process.kill(childOf(demo.pid!), 'SIGKILL'));
  expect(looks(stdout)[0]).toMatchObject({ type: 'recovery', missing: 0 });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^weft demo: the server ended with SIGKILL/);
  const last = await runUntilLive((demo) => demo.kill('SIGTERM'));
  expect(last.code).toBe(0);
  expect(looks(last.stdout)[0]).toMatchObject({ type: 'recovery', missing: 0 });
});
