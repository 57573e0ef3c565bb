import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createGrid } from '../create-grid.ts';
import { killedRun } from './killed-run.fixture.ts';
import { Entry, numberedGrid, rowsAfter, WRITERS, type EntryRow } from './numbered-work.fixture.ts';
import { generator } from './random.fixture.ts';

const CYCLES = process.env['WEFT_LONG'] === '1' ? 60 : 5;
/** A slow machine takes more of them, longer and longer ones, until each writer has come some way and a snapshot was taken. */
const CYCLES_MAX = CYCLES + 30;
const TEST_MS_MAX = 600_000;

test(
  'a process that is killed at any moment loses nothing that it acknowledged, and its next one goes on from there',
  async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'weft-kill-'));
    const random = generator(20_261_122);
    let done: number[] = Array.from({ length: WRITERS }, () => 0);
    try {
      let cycle = 0;
      for (; cycle < CYCLES || (cycle < CYCLES_MAX && !(await isWellUnderWay(scratch, done))); cycle++) {
        const args = [join(scratch, 'data'), join(scratch, 'notes'), JSON.stringify(done)];
        await killedRun('numbered-writer.fixture.ts', args, random, Math.max(1, cycle - CYCLES));
        const acked = await notesOf(join(scratch, 'notes'), done);
        done = await found(join(scratch, 'data'), acked);
      }
      expect(await isWellUnderWay(scratch, done), `after ${cycle} cycles`).toBe(true);
    } finally {
      await rm(scratch, { recursive: true });
    }
  },
  TEST_MS_MAX,
);

/** Whether each writer has written, and snapshots were taken meanwhile, of which some were cut off. */
async function isWellUnderWay(scratch: string, done: readonly number[]): Promise<boolean> {
  const snapshots = await readdir(join(scratch, 'data', 'snapshots'));
  return Math.min(...done) > CYCLES && snapshots.some((name) => name.startsWith('manifest-'));
}

/** The last step of each writer that was acknowledged. */
async function notesOf(path: string, before: readonly number[]): Promise<number[]> {
  const acked = [...before];
  const notes = await readFile(path).catch(() => Buffer.alloc(0));
  for (let at = 0; at + 8 <= notes.length; at += 8) {
    const writer = notes.readUInt32LE(at);
    acked[writer] = Math.max(acked[writer]!, notes.readUInt32LE(at + 4));
  }
  return acked;
}

/** Opens what the process left: each writer has done what was acknowledged, or one step more. How many. */
async function found(dataDir: string, acked: readonly number[]): Promise<number[]> {
  await using grid = await createGrid({ ...numberedGrid, dataDir });
  const rows = (await grid.space(Entry).find()) as EntryRow[];
  return acked.map((steps, writer) => {
    const mine = rows.filter((row) => row.writer === writer).sort((a, b) => a.seq - b.seq);
    const after = [steps, steps + 1].find((count) => JSON.stringify(rowsAfter(writer, count)) === JSON.stringify(mine));
    if (after === undefined) expect(mine).toEqual(rowsAfter(writer, steps));
    return after!;
  });
}
