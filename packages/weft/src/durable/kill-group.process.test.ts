import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { killedRun } from './killed-run.fixture.ts';
import { notesIn } from './notes.fixture.ts';
import { Entry, GROUP, numberedGrid, rowsAfter, stepOf, WRITERS } from './numbered-work.fixture.ts';
import { generator } from './random.fixture.ts';

const CYCLES = process.env['WEFT_LONG'] === '1' ? 60 : 5;
/** A slow disk takes more of them until something was committed in two lives. */
const CYCLES_MAX = CYCLES + 30;
const TEST_MS_MAX = 600_000;

const zeros = (): number[] => Array.from({ length: WRITERS }, () => 0);

/** Step of each writer up to which the group is for certain, up to which it may be, and how many lives committed something. */
class Progress {
  readonly committed = zeros();
  readonly committing = zeros();
  commits = 0;
  /** Events that were heard in this life, by writer. */
  #heard: (number | undefined)[] = [];

  begin(): void {
    this.#heard = [];
  }

  /** The first event of a writer in a life is the one behind what was committed; the others follow one by one. */
  heard(writer: number, step: number): void {
    const before = this.#heard[writer];
    if (before === undefined) {
      expect([this.committed[writer]! + 1, this.committing[writer]! + 1]).toContain(step);
      // So this is what had been committed, whatever was noted of it.
      this.committed[writer] = step - 1;
    } else expect(step).toBe(before + 1);
    this.#heard[writer] = step;
  }

  heardUpTo(writer: number): number {
    return this.#heard[writer] ?? Math.max(this.committed[writer]!, this.committing[writer]!);
  }
}

test(
  'a group whose process is killed at any moment hears of every change, and of none again that it committed',
  async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'weft-kill-group-'));
    const random = generator(20_261_123);
    const dataDir = join(scratch, 'data');
    const progress = new Progress();
    let done = zeros();
    try {
      for (let cycle = 0; cycle < CYCLES || (cycle < CYCLES_MAX && progress.commits < 2); cycle++) {
        const notes = join(scratch, `notes-${cycle}`);
        await killedRun(
          'numbered-listener.fixture.ts',
          [dataDir, notes, JSON.stringify(done), `${cycle}`],
          random,
          Math.max(1, cycle - CYCLES),
        );
        await follow(notes, progress, done);
        done = await stepsIn(dataDir, done);
      }
      expect(progress.commits).toBeGreaterThan(1);
      await finish(dataDir, progress, done);
    } finally {
      await rm(scratch, { recursive: true });
    }
  },
  TEST_MS_MAX,
);

/** What a life noted; `done` becomes what was acknowledged. */
async function follow(path: string, progress: Progress, done: number[]): Promise<void> {
  progress.begin();
  let hasCommitted = false;
  for (const [what, writer, step] of await notesIn(path)) {
    if (what === 'wrote') done[writer!] = step!;
    else if (what === 'heard') progress.heard(writer!, step!);
    else if (what === 'committing') progress.committing[writer!] = step!;
    else progress.committed[writer!] = step!;
    hasCommitted ||= what === 'committed';
  }
  progress.commits += hasCommitted ? 1 : 0;
}

/** What each writer has done: what was acknowledged, or one step more. */
async function stepsIn(dataDir: string, acked: readonly number[]): Promise<number[]> {
  await using grid = await createGrid({ ...numberedGrid, dataDir });
  const rows = await grid.space(Entry).find();
  return acked.map((steps, writer) => {
    const mine = rows.filter((row) => row.writer === writer).sort((a, b) => a.seq - b.seq);
    const more = JSON.stringify(mine) === JSON.stringify(rowsAfter(writer, steps + 1));
    if (!more) expect(mine).toEqual(rowsAfter(writer, steps));
    return more ? steps + 1 : steps;
  });
}

/** Another member hears the rest, to the last step of each writer. */
async function finish(dataDir: string, progress: Progress, done: readonly number[]): Promise<void> {
  await using grid = await createGrid({ ...numberedGrid, dataDir });
  progress.begin();
  const last = grid.space(Entry).subscribe(undefined, { group: GROUP });
  const isThere = (): boolean => done.every((steps, writer) => progress.heardUpTo(writer) >= steps);
  while (!isThere()) {
    const { writer, step } = stepOf((await last.next()).value!);
    progress.heard(writer, step);
  }
  expect(done.map((_, writer) => progress.heardUpTo(writer))).toEqual(done);
}
