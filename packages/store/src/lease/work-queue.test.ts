import { expect, test } from 'vitest';
import { settle, testQueue } from './lease.fixture.ts';

const ids = ({ got }: { got: { row: Record<string, unknown> }[] }): unknown[] => got.map(({ row }) => row['id']);

test('rows are taken in the order in which they were inserted, whatever their keys and however they changed since', () => {
  const { put, take } = testQueue();
  for (const id of [5, 3, 9]) put({ id, status: 'new' });
  expect(take()).toMatchObject({ id: 5 });
  put({ id: 3, status: 'old' });
  put({ id: 1, status: 'new' });
  expect([take(), take({ status: 'new' }), take()]).toMatchObject([{ id: 3 }, { id: 9 }, { id: 1 }]);
  expect(take()).toBeUndefined();
});

test('who waits longest gets the row, and once it has one goes to the end of the line', async () => {
  const { put, worker } = testQueue();
  const first = worker({ credit: 9 });
  const second = worker({ credit: 9 });
  await settle();
  for (const id of [1, 2, 3]) put({ id, status: 'new' });
  await settle();
  expect([ids(first), ids(second)]).toEqual([[1, 3], [2]]);
});

test('a row that is held is hidden from takers and comes back when the lease runs out', async () => {
  const { put, take, worker, time, port } = testQueue();
  put({ id: 1, status: 'new' });
  const holder = worker();
  await settle();
  expect(ids(holder)).toEqual([1]);
  expect(take()).toBeUndefined();
  expect(port.get(1)).toMatchObject({ id: 1 });
  await time.pass(29_999);
  expect(take()).toBeUndefined();
  await time.pass(1);
  expect(holder.lost).toHaveLength(1);
  const { holding } = holder.got[0]!;
  expect(holding!.isHeld).toBe(false);
  expect(() => holding!.ack()).toThrow(expect.objectContaining({ code: 'LEASE_LOST' }));
  expect(take()).toMatchObject({ id: 1 });
});
