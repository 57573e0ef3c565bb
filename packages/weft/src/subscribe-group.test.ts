import type { SubscribeOptions } from '@weft/client';
import { GROUPS_OF_TYPE_MAX } from '@weft/log';
import { afterEach, expect, test } from 'vitest';
import { closeAll, drain, open, take, turns, type OrderEvent } from './subscribe.fixture.ts';

afterEach(closeAll);

/** Events that may be on their way to a member over a connection when their partition becomes another's, 16 of each host: they come to both. */
const onTheirWay = { tcp: 16, 'tcp-hosts': 3 * 16 }[process.env['WEFT_TEST_GRID'] ?? ''] ?? 0;

test('members of a group share the partitions, and what one did not commit comes to another', async () => {
  const { orders, put } = await open({ partitions: 4 });
  const options: SubscribeOptions = { group: 'billing' };
  const first = orders.subscribe(undefined, options);
  await first.ready;
  const ids = Array.from({ length: 40 }, (_, i) => `o${i}`);
  for (const id of ids) put(id, 'x');
  const done = await take(first, 10);
  await first.commit();
  done.push(...(await take(first, 5)));
  const second = orders.subscribe(undefined, options);
  const keys = new Set(done.map((event) => 'key' in event && event.key));
  const rest: OrderEvent[][] = [[], []];
  while (keys.size < ids.length) {
    rest[0]!.push(...(await drain(first)));
    rest[1]!.push(...(await drain(second)));
    for (const event of rest.flat()) keys.add('key' in event && event.key);
  }
  expect(keys).toEqual(new Set(ids));
  expect(rest.every((events) => events.length > 0)).toBe(true);
  const partitions = rest.map((events) => new Set(events.map((event) => 'partition' in event && event.partition)));
  const ofBoth = rest[0]!.filter((event) => 'partition' in event && partitions[1]!.has(event.partition));
  expect(ofBoth.length).toBeLessThanOrEqual(onTheirWay);
  for (const id of ids) put(`${id} later`, 'x');
  const later: unknown[] = [];
  while (later.length < ids.length)
    for (const event of [...(await drain(first)), ...(await drain(second))]) later.push('key' in event && event.key);
  expect(new Set(later)).toEqual(new Set(ids.map((id) => `${id} later`)));
  second.close();
  put('last', 'x');
  let hasLast = false;
  while (!hasLast) hasLast = (await drain(first)).some((event) => 'key' in event && event.key === 'last');
});

test('a group goes on where it was committed, whoever comes', async () => {
  const { orders, put } = await open({ partitions: 2 });
  const first = orders.subscribe(undefined, { group: 'g' });
  await first.ready;
  for (let i = 0; i < 6; i++) put(`a${i}`, 'x');
  await take(first, 3);
  await first.commit();
  first.close();
  put('b', 'x');
  const second = orders.subscribe(undefined, { group: 'g' });
  expect(await drain(second)).toHaveLength(4);
});

test('a position behind the end of the log is not committed: the group would pass over all that comes until there', async () => {
  const { orders, put } = await open({ partitions: 2 });
  const member = orders.subscribe(undefined, { group: 'g' });
  await member.ready;
  put('a', 'x');
  await take(member, 1);
  const ahead = member.position!.replaceAll(/[0-9a-z]+(?=[,;]|$)/g, 'zzzzzz');
  await expect(member.commit(ahead)).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
    message: expect.stringContaining('behind the end'),
  });
  await expect(member.commit('0')).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  member.close();
  const next = orders.subscribe(undefined, { group: 'g' });
  expect(await drain(next)).toMatchObject([{ key: 'a' }]);
});

test('a group whose position the log has let go is told how to go on, and does', async () => {
  const { orders, put, local } = await open({ retain: '1MiB' });
  const before = orders.subscribe(undefined, { group: 'g' });
  await before.ready;
  before.close();
  const note = 'x'.repeat(10_000);
  for (let id = 0; id < 400; id++) local.write({ id: `${id}`, account: 'x', qty: 1, note });
  await expect(orders.subscribe(undefined, { group: 'g' }).next()).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
    hint: expect.stringContaining('from: grid.space(Order).subscribe().position'),
  });
  const now = orders.subscribe();
  await now.ready;
  const { position } = now;
  now.close();
  const again = orders.subscribe(undefined, { group: 'g', from: position });
  await again.ready;
  put('next', 'x');
  expect(await take(again, 1)).toMatchObject([{ type: 'insert', key: 'next' }]);
});

test('commit of a member that has left, or has failed, or whose grid is closed, says that nothing was committed', async () => {
  const { grid, orders, put } = await open();
  const left = orders.subscribe(undefined, { group: 'g' });
  const failed = orders.subscribe(undefined, { group: 'f', overflow: 'fail', buffer: 1 });
  const last = orders.subscribe(undefined, { group: 'h' });
  await Promise.all([left.ready, failed.ready, last.ready]);
  put('a', 'x');
  for (const sub of [left, failed, last]) await sub.next();
  for (const id of ['b', 'c', 'd']) put(id, 'x');
  await turns();
  const { position } = left;
  left.close();
  const refused = { code: 'CLOSED', message: expect.stringContaining('nothing was committed') };
  await expect(left.commit()).rejects.toMatchObject(refused);
  await expect(left.commit(position)).rejects.toMatchObject(refused);
  await expect(failed.commit()).rejects.toMatchObject({ ...refused, cause: { code: 'SUBSCRIBER_OVERFLOW' } });
  await grid.close();
  await expect(last.commit()).rejects.toMatchObject(refused);
});

test('there is a bound on the groups of a type', async () => {
  const { orders } = await open();
  const join = async (group: string) => {
    const member = orders.subscribe(undefined, { group });
    await member.ready;
    member.close();
  };
  for (let i = 0; i < GROUPS_OF_TYPE_MAX; i++) await join(`g${i}`);
  await expect(join('more')).rejects.toMatchObject({ code: 'SUBSCRIBER_LIMIT' });
  await join('g7');
});
