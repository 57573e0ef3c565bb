import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runWeft, type WeftProcessOptions } from '../cli/weft-process.fixture.ts';

interface Look {
  readonly type: string;
  readonly phase?: string;
  readonly events?: number;
  readonly [name: string]: unknown;
}

test('figures come as lines of JSON, and the closing words go to standard error', async () => {
  const twoLive = (seen: readonly Look[]): boolean => seen.filter(({ phase }) => phase === 'live').length >= 2;
  const { code, stdout, stderr } = await runWeft(
    ['demo', '--json', '--rows', '200000', '--rate', '1000'],
    stopWhen(twoLive),
  );
  const figures = looks(stdout).slice(0, -1);
  const summary = looks(stdout).at(-1);
  expect(code).toBe(0);
  for (const look of figures) {
    expect(look).toMatchObject({ type: 'figures', readsMissed: 0, meanDelayMinutes: expect.any(Number) });
    expect(look['rows']).toBeGreaterThan(0);
  }
  expect(figures.at(-1)).toMatchObject({
    phase: 'live',
    historyRows: 166_666,
    worstAirports: expect.arrayContaining([expect.objectContaining({ origin: expect.stringMatching(/^[A-Z]{3}$/) })]),
  });
  expect(summary).toMatchObject({
    type: 'summary',
    reason: 'SIGTERM',
    historyRows: 166_666,
    readsMissed: 0,
    kept: 'nothing',
  });
  expect(summary?.['rows']).toBe(summary?.['rowsWritten']);
  expect(stderr).toMatch(/^Stopped after .*\nKept: nothing\..*\nNext: .*\n$/);
});

test('the stream wraps round with new ids and later dates, and the oldest rows leave', async () => {
  const wrapped = (seen: readonly Look[]): boolean => (seen.at(-1)?.events ?? 0) > 20_000;
  const words = ['demo', '--json', '--rows', '10000', '--keep-rows', '9000', '--rate', '20000'];
  const lines = looks((await runWeft(words, stopWhen(wrapped))).stdout);
  expect(lines.at(-1)).toMatchObject({ type: 'summary', rows: 9000, readsMissed: 0 });
  expect(lines.at(-1)?.['rowsWritten']).toBeGreaterThan(28_333);
  const times = lines.slice(0, -1).map((look) => String(look['simulatedTime']));
  expect(times).toEqual(times.toSorted((a, b) => a.localeCompare(b)));
});

test('it ends by itself when it should', async () => {
  const { code, stdout } = await runWeft(['demo', '--json', '--rows', '10000', '--exit-after', '1500ms']);
  expect(code).toBe(0);
  expect(looks(stdout).at(-1)).toMatchObject({ type: 'summary', reason: 'exit-after' });
});

test('a pipe gets plain lines, and an interrupt ends the demo cleanly', async () => {
  let told = false;
  const { code, stdout } = await runWeft(['demo', '--rows', '100000'], {
    watch(child, text) {
      if (told || !text.includes('\n')) return;
      told = true;
      // Twice at once is what npm and the terminal make of one Ctrl-C.
      child.kill('SIGINT');
      child.kill('SIGINT');
    },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d+:\d\d \| (history|live) /);
  expect(stdout).toContain('Kept: nothing.');
  expect(stdout).not.toContain('\u001b');
});

test('killed in the middle and started again on its directory, it says how long recovery took and that nothing is missing', async () => {
  const scratch = await mkdtemp(join(tmpdir(), 'weft-demo-test-'));
  try {
    const words = [
      'demo',
      '--json',
      '--rows',
      '20000',
      '--keep-rows',
      '17000',
      '--rate',
      '20000',
      '--data-dir',
      scratch,
    ];
    const many = (seen: readonly Look[]): boolean => (seen.at(-1)?.events ?? 0) > 2000;
    await runWeft(words, {
      watch(child, text) {
        if (many(looks(text))) child.kill('SIGKILL');
      },
    });
    const again = looks(
      (
        await runWeft(
          words,
          stopWhen((seen) => seen.some(({ phase }) => phase === 'live')),
        )
      ).stdout,
    );
    expect(again[0]).toMatchObject({ type: 'recovery', journal: scratch, missing: 0 });
    expect(again[0]!['acknowledged']).toBeGreaterThan(16_000);
    expect(again[0]!['durationMs']).toBeGreaterThan(0);
    expect(again.at(-1)).toMatchObject({ type: 'summary', kept: scratch, readsMissed: 0, recovery: { missing: 0 } });
    expect(again.at(-1)!['rowsWritten']).toBeGreaterThan(18_000);
  } finally {
    await rm(scratch, { recursive: true });
  }
});

test('a temporary directory is named and removed at the end, unless it is to be kept', async () => {
  const words = ['demo', '--plain', '--rows', '10000'];
  const afterOneLine = (): WeftProcessOptions => terminateOnce((text) => text.includes('\n'));
  const removed = / journal in (\S+) is removed/.exec((await runWeft(words, afterOneLine())).stdout)![1]!;
  expect(existsSync(removed)).toBe(false);
  const kept = /^Kept: .* rows, in (\S+)\. /m.exec((await runWeft([...words, '--keep'], afterOneLine())).stdout)![1]!;
  try {
    expect(existsSync(join(kept, 'grid.json'))).toBe(true);
  } finally {
    await rm(kept, { recursive: true });
  }
});

test('too little memory is one line with the smaller option', async () => {
  const pretend = 'process.availableMemory = () => 450e6';
  const { code, stdout, stderr } = await runWeft(['demo'], {
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^weft demo: 3,000,000 flights need about .* of memory but only 450 MB is available; run .*--rows 500000.*\n$/,
  );
});

test.runIf(process.platform === 'linux')('a small ulimit -v is one line with its remedy', async () => {
  const { code, stdout, stderr } = await runWeft(['demo', '--exit-after', '1s'], { shell: 'ulimit -v 4000000' });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/^weft demo: this shell allows 4\.1 GB of addresses \(ulimit -v\) .*ulimit -v unlimited.*\n$/);
});

test('options that contradict each other are one line and exit code 2', async () => {
  expect(await runWeft(['demo', '--rate', '5', '--speed', '5'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'weft demo: --rate and --speed exclude each other; give events per second or simulated seconds per second\n',
  });
});

/** Ends the demo as soon as the looks so far are enough, however long the machine takes for them. */
function stopWhen(enough: (seen: readonly Look[]) => boolean): WeftProcessOptions {
  return terminateOnce((text) => enough(looks(text)));
}

/** One signal: the next would come as the demo says its last words, when it no longer listens, and end it before its exit code. */
function terminateOnce(enough: (stdout: string) => boolean): WeftProcessOptions {
  let isTold = false;
  return {
    watch(child, text) {
      if (isTold || !enough(text)) return;
      isTold = true;
      child.kill('SIGTERM');
    },
  };
}

/** The complete lines of the output. */
function looks(stdout: string): readonly Look[] {
  const lines = stdout.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Look);
}
