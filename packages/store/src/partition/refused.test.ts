import { WeftError } from '@weft/base';
import { defineType, t } from '@weft/data';
import { PartitionLog } from '@weft/log';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';

const Item = defineType('Item', { id: t.int32(), n: t.int32() }, { key: 'id' });
const clock = { monotonicMs: () => 0, wallMs: () => 0 };

test('what a log refuses changes nothing, and reads go on', () => {
  const log = new PartitionLog({ partition: 0, clock, isOn: true });
  const { port, write } = testTable(Item, { log });
  write({ id: 1, n: 1 });
  const { lsn } = log;
  log.refuse(new WeftError('DISK_FULL', 'no space'));
  const patch = { ordinals: [1], values: [2] };
  const changes = [
    () => write({ id: 2, n: 1 }),
    () => port.inserter(1, 0),
    () => port.undoable(),
    () => port.update(1, patch, undefined),
    () => port.delete(1),
    () => port.clear(),
    () => port.change(undefined, []).next(),
    () => port.deleteMany(undefined).next(),
  ];
  for (const change of changes) expect(change).toThrow(expect.objectContaining({ code: 'DISK_FULL' }));
  expect(port.get(1)).toMatchObject({ n: 1 });
  expect([port.rows, log.lsn]).toEqual([1, lsn]);
  log.refuse(undefined);
  expect(port.delete(1)).toBe(true);
});
