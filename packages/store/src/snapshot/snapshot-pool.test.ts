import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';

const Row = defineType('Row', { id: t.int32(), n: t.int32() }, { key: 'id' });

function filled(pinnedBytesMax?: number): ReturnType<typeof testTable> {
  const made = testTable(Row, pinnedBytesMax === undefined ? {} : { pinnedBytesMax });
  for (let id = 0; id < 3000; id++) made.write({ id, n: 0 });
  return made;
}

test('statements that may see the same state share one snapshot, which closes with the last of them', () => {
  const made = filled();
  const { snapshots } = made.table;
  const first = snapshots.tryAcquire(0)!;
  expect(snapshots.tryAcquire(first.lsn)).toBe(first);
  expect(snapshots.openCount).toBe(1);
  first.release();
  expect(first.isClosed).toBe(false);
  first.release();
  expect([first.isClosed, snapshots.openCount]).toEqual([true, 0]);
  made.port.clear();
});

test('a newer state than the newest snapshot has waits until the next snapshot may open', () => {
  const made = filled();
  const { snapshots } = made.table;
  const first = snapshots.tryAcquire(0)!;
  made.write({ id: 1, n: 1 });
  expect(snapshots.tryAcquire(first.lsn + 1)).toBeUndefined();
  made.clock.ms += 9;
  expect(snapshots.tryAcquire(first.lsn + 1)).toBeUndefined();
  made.clock.ms += 1;
  const second = snapshots.tryAcquire(first.lsn + 1)!;
  expect(second.lsn).toBe(first.lsn + 1);
  expect([first.columns[1].get(1), second.columns[1].get(1)]).toEqual([0, 1]);
  for (const snapshot of [first, second]) snapshot.release();
  made.port.clear();
});

test('where nothing was copied since the last snapshot, the next one opens without a wait', () => {
  const made = filled();
  const { snapshots } = made.table;
  snapshots.tryAcquire(0)!.release();
  const again = snapshots.tryAcquire(0);
  expect([again?.lsn, snapshots.isReady]).toEqual([3000, true]);
  made.write({ id: 1, n: 1 });
  expect(snapshots.isReady).toBe(false);
  made.clock.ms += 10;
  const newer = snapshots.tryAcquire(Infinity)!;
  made.write({ id: 1, n: 2 });
  made.clock.ms += 10;
  const newest = snapshots.acquire();
  // The newest is of this very moment: others may have it too, however little time has gone by.
  expect([snapshots.isReady, snapshots.acquire()]).toEqual([true, newest]);
  for (const snapshot of [again!, newer, newest, newest]) snapshot.release();
  made.port.clear();
});

test('the more is copied for a snapshot, the longer until the next', () => {
  const made = testTable(Row);
  for (let id = 0; id < 30 * 8192; id++) made.write({ id, n: 0 });
  const first = made.snapshot();
  for (let id = 0; id < 30 * 8192; id += 8192) made.write({ id, n: 1 });
  // 30 pages, of 32 KiB for the number and 64 KiB for the position: 45 × 10 µs, five times over.
  made.clock.ms += 11;
  const early = made.table.snapshots.tryAcquire(Infinity);
  made.clock.ms += 200;
  const late = made.table.snapshots.tryAcquire(Infinity);
  expect(late).toBeDefined();
  for (const snapshot of [first, early, late]) snapshot?.release();
  expect(made.table.snapshots.pinnedBytes).toBe(0);
  made.port.clear();
});

test('past the budget of pinned pages the oldest snapshots are taken away, and their readers are told', () => {
  const made = filled(300_000);
  const first = made.snapshot();
  made.write({ id: 1, n: 1 });
  const second = made.snapshot();
  expect(made.table.snapshots.openCount).toBe(2);
  // Each snapshot pins a page of numbers and one of positions, 96 KiB together, and some bitmaps.
  made.write({ id: 1, n: 2 });
  expect(made.table.snapshots.pinnedBytes).toBeGreaterThan(180_000);
  const third = made.snapshot();
  made.write({ id: 1, n: 3 });
  made.snapshot();
  made.write({ id: 1, n: 4 });
  expect(() => first.check()).toThrow(
    expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD', message: expect.stringContaining('Row') }),
  );
  expect(() => third.check()).not.toThrow();
  expect(made.table.snapshots.pinnedBytes).toBeLessThanOrEqual(300_000);
  // Letting go of what is gone already does nothing.
  first.release();
  for (const snapshot of [second, third]) snapshot.release();
  made.table.snapshots.close();
  expect([made.table.snapshots.openCount, made.table.snapshots.pinnedBytes]).toEqual([0, 0]);
  made.port.clear();
});

test('closing takes every snapshot away', () => {
  const made = filled();
  const open = [made.snapshot(), made.snapshot()];
  made.table.snapshots.close();
  for (const snapshot of open)
    expect(() => snapshot.check()).toThrow(expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD' }));
  made.port.clear();
});
