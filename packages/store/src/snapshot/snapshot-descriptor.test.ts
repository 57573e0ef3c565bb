import { defineType, t } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';
import { describeSnapshot, openSnapshot } from './snapshot-descriptor.ts';
import { checksum, groupsByKernel, Trade, tradeOf } from './snapshot.fixture.ts';

test('a descriptor is plain data, and what is opened from it reads the rows of the snapshot', () => {
  const made = testTable(Trade);
  for (let id = 0; id < 10_000; id++) made.write(tradeOf(id, 0));
  for (let id = 0; id < 10_000; id += 3) made.port.delete(id);
  const snapshot = made.snapshot();
  const before = { sum: checksum(snapshot), groups: groupsByKernel(snapshot, made.arena) };
  const descriptor = structuredClone(describeSnapshot(snapshot));
  for (let id = 0; id < 10_000; id++) made.write(tradeOf(id, 1));
  const opened = openSnapshot(descriptor, Trade.schema, made.arena.segments);
  expect({ sum: checksum(opened), groups: groupsByKernel(opened, opened.arena) }).toEqual(before);
  expect([opened.lsn, opened.live.count, opened.live.rowCount]).toEqual([
    snapshot.lsn,
    snapshot.live.count,
    snapshot.live.rowCount,
  ]);
  snapshot.release();
  made.port.clear();
});

test('a snapshot can be described after its table was cleared and its dictionaries were given up', () => {
  const made = testTable(Trade);
  for (let id = 0; id < 9000; id++) made.write({ ...tradeOf(id, 0), memo: `m${id % 3}` });
  const snapshot = made.snapshot();
  const before = checksum(snapshot);
  made.port.clear();
  for (let id = 0; id < 20_000; id++) made.write(tradeOf(id, 1));
  const opened = openSnapshot(describeSnapshot(snapshot), Trade.schema, made.arena.segments);
  expect(checksum(opened)).toEqual(before);
  snapshot.release();
  made.port.clear();
});

test('a reader with another declaration of the type is refused', () => {
  const made = testTable(Trade);
  made.write(tradeOf(1, 0));
  const snapshot = made.snapshot();
  const Other = defineType('Trade', { id: t.int32(), qty: t.int64() }, { key: 'id' });
  expect(() => openSnapshot(describeSnapshot(snapshot), Other.schema, made.arena.segments)).toThrow(
    expect.objectContaining({ code: 'TYPE_CONFLICT' }),
  );
  snapshot.release();
  made.port.clear();
});
