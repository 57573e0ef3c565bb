import { defineType, t } from '@weft/data';
import { PartitionLog } from '@weft/log';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';

const Item = defineType('Item', { id: t.int32(), n: t.int32() }, { key: 'id' });
const clock = { monotonicMs: () => 0, wallMs: () => 0 };

function open() {
  const log = new PartitionLog({ partition: 0, clock, isOn: true });
  log.holdCommits();
  const { port, write } = testTable(Item, { log });
  log.commits.commit(log.lsn);
  return { log, port, write };
}

test('what a partition did is settled once its journal says so', async () => {
  const { log, port, write } = open();
  expect([port.isSettled, port.settled()]).toEqual([true, undefined]);
  write({ id: 1, n: 1 });
  expect(port.isSettled).toBe(false);
  const settled = port.settled();
  log.commits.commit(log.lsn);
  await settled;
  expect([port.isSettled, port.settled()]).toEqual([true, undefined]);
});

test('who saw one row waits for that row only, and for all where there was none', () => {
  const { log, port, write } = open();
  write({ id: 1, n: 1 });
  log.commits.commit(log.lsn);
  write({ id: 2, n: 1 });
  expect(port.settled(1)).toBeUndefined();
  expect(port.settled(2)).toBeInstanceOf(Promise);
  expect(port.settled(3)).toBeInstanceOf(Promise);
});
