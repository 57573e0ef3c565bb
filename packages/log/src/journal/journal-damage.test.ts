import { FalseDisk, SECTOR_BYTES, WeftError, type Random } from '@weft/base';
import { beforeAll, describe, expect, test } from 'vitest';
import { below, randomWork, recordsOn } from './crash-workload.fixture.ts';
import { frameBytes } from './frame.ts';
import { openJournal, randomOf } from './journal.fixture.ts';
import { FRAMES_AT } from './segment-header.ts';

/** Changes of each kind: 10,000 in the long form. */
const RUNS = Number(process.env['WEFT_RUNS'] ?? 300);
const ZEROED_BYTES = 4096;

type Files = Map<string, Uint8Array>;

/** A journal of several segments that was closed, and all its records. */
let whole: Files;
let order: string[];
/** Of them those in front of the last file. */
let inFilesBefore: number;

beforeAll(async () => {
  const { journal, disk, logs, insert } = await openJournal(new FalseDisk(), { segmentBytes: 6000 });
  const random = randomOf(5);
  for (let id = 0; id < 60; id++) {
    insert(below(random, 2), id, 'x'.repeat(below(random, 600)));
    if (below(random, 3) === 0) await Promise.all(logs.map((log) => log.commits.wait(log.lsn)));
  }
  await journal.close();
  whole = disk.files();
  order = await recordsOn(FalseDisk.of(whole), []);
  expect(whole.size).toBeGreaterThan(3);
  expect(order).toHaveLength(62);
  const last = [...whole.keys()].at(-1)!;
  const begun = changed(last, (bytes) => bytes.fill(0, FRAMES_AT + frameBytes(8 * logs.length)));
  inFilesBefore = (await recordsOn(FalseDisk.of(begun), [])).length;
  expect(inFilesBefore).toBeGreaterThan(30);
});

/** What is read of changed files: how many records in front, or that they are refused. Anything else is an error. */
async function outcome(files: Files): Promise<number | 'refused'> {
  let found: string[];
  try {
    found = await recordsOn(FalseDisk.of(files), []);
  } catch (error) {
    if (WeftError.is(error, 'JOURNAL_DAMAGED') || WeftError.is(error, 'JOURNAL_FORMAT')) return 'refused';
    throw error;
  }
  expect(found).toEqual(order.slice(0, found.length));
  return found.length;
}

function changed(path: string, change: (bytes: Uint8Array) => void): Files {
  const files = new Map(whole);
  const bytes = whole.get(path)!.slice();
  change(bytes);
  return files.set(path, bytes);
}

function anyFile(random: Random): { readonly path: string; readonly size: number } {
  const path = [...whole.keys()][below(random, whole.size)]!;
  return { path, size: whole.get(path)!.length };
}

describe('damage to a journal that was closed', () => {
  test('of one bit anywhere is refused, or means nothing', async () => {
    const random = randomOf(1);
    const seen = new Set<number | 'refused'>();
    for (let i = 0; i < RUNS; i++) {
      const { path, size } = anyFile(random);
      const at = below(random, size);
      seen.add(await outcome(changed(path, (bytes) => (bytes[at] = bytes[at]! ^ (1 << below(random, 8))))));
    }
    // Headers have a copy, and room that nobody reads.
    expect(seen).toEqual(new Set(['refused', order.length]));
  });

  test('where two sectors changed places is refused, or cuts the end only', async () => {
    const random = randomOf(2);
    const seen = { refused: 0, cut: 0 };
    for (let i = 0; i < RUNS; i++) {
      const { path, size } = anyFile(random);
      const sectors = Math.ceil(size / SECTOR_BYTES);
      const [a, b] = [below(random, sectors) * SECTOR_BYTES, below(random, sectors) * SECTOR_BYTES];
      const files = changed(path, (bytes) => swap(bytes, a, b));
      count(seen, await outcome(files), recordsBefore(path));
    }
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('where 4 KB became zeros is refused, or cuts the end only', async () => {
    const random = randomOf(3);
    const seen = { refused: 0, cut: 0 };
    for (let i = 0; i < RUNS; i++) {
      const { path, size } = anyFile(random);
      const at = below(random, Math.ceil(size / SECTOR_BYTES)) * SECTOR_BYTES;
      count(seen, await outcome(changed(path, (bytes) => bytes.fill(0, at, at + ZEROED_BYTES))), recordsBefore(path));
    }
    expect(seen.refused).toBeGreaterThan(0);
  });

  test('where a file was cut is refused, or cuts the end only', async () => {
    const random = randomOf(4);
    const seen = { refused: 0, cut: 0 };
    for (let i = 0; i < RUNS; i++) {
      const { path, size } = anyFile(random);
      const files = new Map(whole).set(path, whole.get(path)!.slice(0, below(random, size)));
      count(seen, await outcome(files), recordsBefore(path));
    }
    expect(seen.refused).toBeGreaterThan(0);
  });
});

test('files of another journal, or of another time of this one, are refused or cut', async () => {
  const random = randomOf(6);
  const { disk } = await randomWork(random, new FalseDisk(), 3);
  const others = disk.files();
  for (const [path, bytes] of whole) {
    const other = others.get(path);
    if (other !== undefined && path !== [...whole.keys()][0])
      expect(await outcome(new Map(whole).set(path, other))).toBe('refused');
    for (const [otherPath] of whole)
      if (otherPath !== path) expect(await outcome(new Map(whole).set(otherPath, bytes))).toBe('refused');
  }
});

/** Whether an outcome keeps what stands in front of the damage; counts it. */
function count(seen: { refused: number; cut: number }, result: number | 'refused', before: number): void {
  if (result === 'refused') seen.refused++;
  else {
    expect(result).toBeGreaterThanOrEqual(before);
    if (result < order.length) seen.cut++;
  }
}

/** Records that no damage to this file may cut off: a file that another follows is whole or refused. */
function recordsBefore(path: string): number {
  return path === [...whole.keys()].at(-1) ? inFilesBefore : order.length;
}

function swap(bytes: Uint8Array, a: number, b: number): void {
  const first = bytes.slice(a, a + SECTOR_BYTES);
  bytes.copyWithin(a, b, b + SECTOR_BYTES);
  bytes.set(first.subarray(0, bytes.length - b), b);
}
