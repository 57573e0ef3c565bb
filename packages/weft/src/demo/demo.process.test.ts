import { expect, test } from 'vitest';
import { runWeft } from '../cli/weft-process.fixture.ts';

interface Look {
  readonly type: string;
  readonly phase?: string;
  readonly [name: string]: unknown;
}

test('figures come as lines of JSON, the last line sums up, and the closing words go to standard error', async () => {
  const { code, stdout, stderr } = await runWeft([
    'demo',
    '--exit-after',
    '4s',
    '--json',
    '--rows',
    '200000',
    '--rate',
    '1000',
  ]);
  const lines = looks(stdout);
  expect(code).toBe(0);
  const figures = lines.slice(0, -1);
  expect(figures.length).toBeGreaterThanOrEqual(2);
  for (const look of figures) {
    expect(look.type).toBe('figures');
    expect(look['rows']).toBeGreaterThan(0);
    expect(look['readsMissed']).toBe(0);
    expect(look['meanDelayMinutes']).toEqual(expect.any(Number));
  }
  const live = figures.findLast(({ phase }) => phase === 'live');
  expect(live).toMatchObject({
    historyRows: 166_666,
    worstAirports: expect.arrayContaining([expect.objectContaining({ origin: expect.stringMatching(/^[A-Z]{3}$/) })]),
  });
  const summary = lines.at(-1);
  expect(summary).toMatchObject({
    type: 'summary',
    reason: 'exit-after',
    historyRows: 166_666,
    readsMissed: 0,
    kept: 'nothing',
  });
  expect(summary?.['rows']).toBe(summary?.['rowsWritten']);
  expect(stderr).toMatch(/^Stopped after .*\nKept: nothing\..*\nNext: .*\n$/);
});

test('the stream wraps round with new ids, and the oldest rows leave', async () => {
  const words = ['demo', '--exit-after', '4s', '--json', '--rows', '10000', '--keep', '9000', '--rate', '20000'];
  const lines = looks((await runWeft(words)).stdout);
  const summary = lines.at(-1);
  expect(summary).toMatchObject({ type: 'summary', rows: 9000, readsMissed: 0 });
  expect(summary?.['rowsWritten']).toBeGreaterThan(20_000);
  const times = lines.slice(0, -1).map((look) => String(look['simulatedTime']));
  expect(times).toEqual(times.toSorted());
});

test('a pipe gets plain lines, and an interrupt ends the demo cleanly', async () => {
  let told = false;
  const { code, stdout } = await runWeft(['demo', '--rows', '100000'], {
    watch(child, text) {
      if (told || !text.includes('| live ')) return;
      told = true;
      // Twice at once is what npm and the terminal do with one Ctrl-C.
      child.kill('SIGINT');
      child.kill('SIGINT');
    },
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^0:0\d \| (history|live) /);
  expect(stdout).toContain('Kept: nothing.');
  expect(stdout).not.toContain('\u001b');
});

test('too little memory is one line with the smaller option', async () => {
  const pretend = 'process.availableMemory = () => 700e6';
  const { code, stdout, stderr } = await runWeft(['demo'], {
    nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
  });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(
    /^weft demo: 3,000,000 flights need about .* of memory but only 700 MB is available; run .*--rows 500000.*\n$/,
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

function looks(stdout: string): readonly Look[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Look);
}
