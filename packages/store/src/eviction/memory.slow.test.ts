import { Arena, defineType, Governor, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable, type TestTable } from '../store.fixture.ts';
import { expectIndexesInStep } from '../table/table.fixture.ts';

const Entry = defineType(
  'Entry',
  { id: t.int32(), group: t.string().index('hash'), text: t.string(), body: t.bytes().optional() },
  { key: 'id', evict: 'lru' },
);
const LIMIT_BYTES = 32 << 20;

function limited(quotaBytes = Infinity): TestTable {
  const governor = new Governor({ limitBytes: LIMIT_BYTES });
  governor.quota('Entry').setLimit(quotaBytes);
  return testTable(Entry, { arena: new Arena({ segmentBytes: 1 << 26, segmentsMax: 1, governor, poison: true }) });
}

function entry(id: number, textBytes = 50 + ((id * 7919) % 400)): { id: number; group: string; text: string } {
  return { id, group: `group ${id % 50}`, text: `${id} `.padEnd(textBytes, 'x') };
}

/** Writes rows one after another and sees that each is there. */
function fill(made: TestTable, from: number, to: number, each: (id: number) => void = () => undefined): void {
  for (let id = from; id < to; id++) {
    made.write(entry(id));
    if (id % 997 === 0) expect(made.port.get(id)).toEqual({ ...entry(id), body: undefined });
    each(id);
  }
}

test('a cache takes rows for ever and stays inside the memory of the grid', () => {
  const made = limited();
  fill(made, 0, 120_000);
  const { evictions, rowCount } = made.table;
  expect(evictions.counts.memory).toBeGreaterThan(20_000);
  expect(rowCount + evictions.counts.memory).toBe(120_000);
  expect(rowCount).toBeGreaterThan(20_000);
  expect(made.arena.usedBytes).toBeLessThanOrEqual(LIMIT_BYTES);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('a cache stays inside its quota, however rows come again and grow', () => {
  const made = limited(6e6);
  const quota = made.arena.governor.quota('Entry');
  for (let i = 0; i < 100_000; i++) {
    const id = (i * 48_271) % 20_011;
    made.write(entry(id, 20 + ((i * 31) % 700)));
    if (i % 1000 === 0) expect(quota.usedBytes).toBeLessThanOrEqual(6e6);
  }
  expect(made.table.evictions.counts.memory).toBeGreaterThan(0);
  expect(made.table.rowCount).toBeGreaterThan(2000);
  expectIndexesInStep(made.table);
  made.port.clear();
});

test('rows in use stay while others come', () => {
  const made = limited(6e6);
  fill(made, 0, 100);
  fill(made, 1000, 50_000, (id) => {
    if (id % 50 === 0) for (let kept = 0; kept < 100; kept++) made.port.get(kept);
  });
  expect(made.table.evictions.counts.memory).toBeGreaterThan(10_000);
  for (let kept = 0; kept < 100; kept++) expect(made.port.get(kept)).toEqual({ ...entry(kept), body: undefined });
  made.port.clear();
});

test('a large value makes as many rows go as it takes, and they come back', () => {
  const made = limited(8e6);
  fill(made, 0, 30_000);
  const before = made.table.rowCount;
  made.write({ ...entry(500_000), body: new Uint8Array(3_000_000) });
  expect(made.table.rowCount).toBeLessThan(before);
  expect((made.port.get(500_000) as { body: Uint8Array }).body).toHaveLength(3_000_000);
  fill(made, 600_000, 640_000);
  expect(made.table.rowCount).toBeGreaterThan(before * 0.8);
  made.port.clear();
});

test('a row that is larger than the quota is refused, and no other goes for it', () => {
  const made = limited(4e6);
  fill(made, 0, 5000);
  const { rowCount } = made.table;
  expect(() => made.write({ ...entry(9999), body: new Uint8Array(5_000_000) })).toThrow(
    expect.objectContaining({ code: 'MEMORY_LIMIT' }),
  );
  expect(made.table.rowCount).toBe(rowCount);
  made.port.clear();
});

test('open snapshots do not keep a cache from taking rows', () => {
  const made = limited(6e6);
  fill(made, 0, 20_000);
  const snapshot = made.snapshot();
  fill(made, 20_000, 60_000);
  expect(made.table.evictions.counts.memory).toBeGreaterThan(20_000);
  expect(made.table.rowCount).toBeGreaterThan(2000);
  // Its pages were needed.
  expect(() => snapshot.check()).toThrow(expect.objectContaining({ code: 'SNAPSHOT_TOO_OLD' }));
  made.port.clear();
});
