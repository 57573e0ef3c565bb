import { WeftError } from '@weft/base';
import { defineType, finish, t } from '@weft/data';
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

test('order, leases and tries follow their rows when they move to other places', async () => {
  const { put, take, drop, worker, port, time } = testQueue();
  const ROWS = 6 * 8192;
  for (let id = 0; id < ROWS; id++) put({ id, status: id % 1000 === 999 ? 'held' : 'new' });
  expect(take({ status: 'none' })).toBeUndefined();
  const holder = worker({ match: { status: 'held' }, credit: 20 });
  await settle();
  // Most rows go, and what is left moves together while others are written.
  for (let id = 0; id < ROWS; id++) if (id % 100 !== 99) drop(id);
  for (let id = 0; id < ROWS; id++) if (id % 100 === 99) put({ id, status: id % 1000 === 999 ? 'held' : 'old' });
  expect(port.table.rowCompaction.moved).toBeGreaterThan(50);
  expect(ids(holder).length).toBe(20);
  expect(holder.got.every(({ holding }) => holding!.isHeld)).toBe(true);
  holder.got[3]!.holding!.ack();
  expect(port.get(3999)).toBeUndefined();
  holder.got[0]!.holding!.nack(0, 'no');
  const left: unknown[] = [];
  for (let row = take(); row !== undefined; row = take()) left.push(row['id']);
  expect(left).toHaveLength(Math.floor(ROWS / 100) - 19);
  expect(left).toEqual(left.toSorted((a, b) => (a as number) - (b as number)));
  await time.pass(30_000);
  expect(take()).toMatchObject({ id: 1999 });
});

test('a queue that is empty again gives back what it kept of rows and leases', async () => {
  const { put, worker, port, drop, take } = testQueue();
  take();
  const { bytes } = port.queue.counts()!;
  for (let id = 0; id < 20_000; id++) put({ id, status: 'new' });
  const holder = worker({ credit: 1000 });
  await settle();
  expect(port.queue.counts()).toMatchObject({ leased: 1000, waiting: 1 });
  const full = port.queue.counts()!.bytes;
  expect(full).toBeGreaterThan(bytes + 20_000 * 8 + 1000 * 300);
  for (const { holding } of holder.got.splice(0, 500)) holding!.ack();
  for (let id = 0; id < 20_000; id++) drop(id);
  holder.seeker.end();
  expect(holder.lost).toHaveLength(500);
  // The nodes of its order are kept for the next rows.
  expect(port.queue.counts()).toMatchObject({ leased: 0, delayed: 0, dead: 0, waiting: 0 });
  expect(port.queue.counts()!.bytes).toBeLessThan(full - 20_000 * 8 - 1000 * 300);
});

test('all rows that go at once take their leases with them, and who held them is told', async () => {
  const { put, take, worker, port } = testQueue();
  for (let id = 0; id < 100; id++) put({ id, status: 'new' });
  const holder = worker({ credit: 50 });
  await settle();
  port.clear();
  expect(holder.got.some(({ holding }) => holding!.isHeld)).toBe(false);
  expect(() => holder.got[0]!.holding!.renew(5)).toThrow(expect.objectContaining({ code: 'LEASE_LOST' }));
  put({ id: 1, status: 'again' });
  await settle();
  expect(holder.lost).toHaveLength(50);
  expect(take()).toMatchObject({ id: 1, status: 'again' });
  expect(port.queue.counts()).toMatchObject({ leased: 0 });
});

test('one timer serves all leases, and none is set where nothing is due', async () => {
  const { put, worker, time } = testQueue();
  for (let id = 0; id < 3000; id++) put({ id, status: 'new' });
  const holder = worker({ credit: 3000 });
  await settle();
  expect(holder.got).toHaveLength(3000);
  expect(time.timers).toBe(1);
  for (const { holding } of holder.got) holding!.ack();
  await time.pass(60_000);
  expect(time.timers).toBe(0);
});

test('a row that was taken by key needs no order of all others', () => {
  const { put, take, port } = testQueue();
  for (let id = 0; id < 100; id++) put({ id, status: 'new' });
  expect(take({ id: 7 })).toMatchObject({ id: 7 });
  expect(take({ id: 7 })).toBeUndefined();
  const { bytes } = port.queue.counts()!;
  take();
  expect(port.queue.counts()!.bytes).toBeGreaterThan(bytes + 100 * 8);
});

test('nobody is given what is not committed', async () => {
  const { put, worker, log, port } = testQueue(undefined, { isLogged: true });
  log.holdCommits();
  const taker = worker({ kind: 'take' });
  await settle();
  put({ id: 1, status: 'new' });
  await settle();
  // It has been taken, and whoever asked is told once that is committed, and with it the row.
  expect(ids(taker)).toEqual([1]);
  let isSaved = false;
  void port.queue.saved()!.then(() => (isSaved = true));
  log.commits.commit(log.lsn - 1);
  await settle();
  expect(isSaved).toBe(false);
  log.commits.commit(log.lsn);
  await settle();
  expect(isSaved).toBe(true);
});

test('a row that has expired is given to nobody', async () => {
  const Short = defineType('Short', { id: t.int32(), status: t.string() }, { key: 'id', ttl: '1s' });
  const { put, take, time, worker } = testQueue(Short);
  put({ id: 1, status: 'new' });
  expect(take({ status: 'old' })).toBeUndefined();
  time.ms += 1000;
  expect(take()).toBeUndefined();
  const holder = worker();
  await settle();
  expect(holder.got).toEqual([]);
  put({ id: 2, status: 'new' });
  await settle();
  expect(ids(holder)).toEqual([2]);
});

test('of a hot group with many rows each is found at once, whoever waits for others meanwhile', async () => {
  const { put, worker, take } = testQueue();
  take();
  for (let id = 0; id < 500; id++) put({ id, account: 'hot', status: 'new' });
  for (let id = 500; id < 510; id++) put({ id, account: `a${id}`, status: 'new' });
  const one = worker({ group: 'account', credit: 5 });
  const other = worker({ group: 'account', credit: 5 });
  await settle();
  expect([ids(one), ids(other)].flat()).toEqual(
    expect.arrayContaining([0, 500, 501, 502, 503, 504, 505, 506, 507, 508]),
  );
  const done: unknown[] = [];
  for (let turn = 0; turn < 600; turn++) {
    for (const each of [one, other]) {
      const next = each.got.findIndex(({ row }) => row['account'] === 'hot');
      if (next < 0) continue;
      const [{ row, holding }] = each.got.splice(next, 1) as [(typeof each.got)[number]];
      done.push(row['id']);
      holding!.ack();
      if (each.credit++ === 0) each.seeker.resume();
    }
    await settle();
  }
  expect(done).toEqual(Array.from({ length: 500 }, (_, id) => id));
});

test('while the log takes nothing, rows stay as they are, what is held stays held, and who waits is told', async () => {
  const { put, take, worker, log, port } = testQueue();
  for (const id of [1, 2, 3]) put({ id, status: 'new' });
  const holder = worker({ maxTries: 1 });
  await settle();
  const { holding } = holder.got[0]!;
  const refused = expect.objectContaining({ code: 'DISK_FULL' });
  log.refuse(new WeftError('DISK_FULL', 'The disk is full.'));
  expect(() => holding!.ack()).toThrow(refused);
  expect(() => holding!.nack(0, 'no')).toThrow(refused);
  expect(() => holding!.handOut()).toThrow(refused);
  expect(() => take()).toThrow(refused);
  const told: unknown[] = [];
  worker({ kind: 'take', fail: (error) => void told.push(error) });
  await settle();
  expect(told).toEqual([refused]);
  expect(holding!.isHeld).toBe(true);
  expect(holding!.tries).toBe(1);
  log.refuse(undefined);
  expect(take()).toMatchObject({ id: 2 });
  holding!.nack(0, 'no');
  expect(port.queue.counts()).toMatchObject({ leased: 0, dead: 1 });
  log.refuse(new WeftError('DISK_FULL', 'The disk is full.'));
  expect(() => port.queue.revive(1)).toThrow(refused);
  const [letter] = finish(port.queue.dead(undefined));
  expect(() => letter!.remove()).toThrow(refused);
  log.refuse(undefined);
  expect(letter!.remove()).toBe(true);
  expect(letter!.remove()).toBe(false);
});
