import { defineType, t } from '@weft/data';
import { afterEach, expect, test } from 'vitest';
import { createGrid } from './create-grid.ts';
import { closeAll, open, opened, short, shorts, take, turns, type OrderEvent } from './subscribe.fixture.ts';

afterEach(closeAll);

test('a subscriber hears of every kind of change with what the row was and is', async () => {
  const { orders, local } = await open();
  const sub = orders.subscribe();
  await orders.write({ id: 'a', account: 'x', qty: 1, note: 'n' });
  await orders.write({ id: 'a', account: 'x', qty: 2 });
  await orders.update('a', { qty: 3 });
  await orders.change({ account: 'x' }, (c) => c.inc('qty', 1));
  await orders.delete('a');
  await orders.write({ id: 'b', account: 'x', qty: 9 });
  local.clear();
  const place = { partition: 0 };
  const row = (qty: number, note?: string) => ({ id: 'a', account: 'x', qty, note });
  expect(await take(sub, 7)).toEqual([
    { type: 'insert', key: 'a', after: row(1, 'n'), filter: 'enters', ...place, lsn: 2 },
    { type: 'update', key: 'a', before: row(1, 'n'), after: row(2), filter: 'stays', ...place, lsn: 3 },
    { type: 'update', key: 'a', before: row(2), after: row(3), filter: 'stays', ...place, lsn: 4 },
    { type: 'update', key: 'a', before: row(3), after: row(4), filter: 'stays', ...place, lsn: 5 },
    { type: 'delete', key: 'a', before: row(4), filter: 'leaves', ...place, lsn: 6 },
    { type: 'insert', key: 'b', after: { ...row(9), id: 'b' }, filter: 'enters', ...place, lsn: 7 },
    { type: 'clear', ...place, lsn: 8 },
  ]);
});

test.each([
  ['a template, found by its value', { account: 'x' }],
  ['a builder, evaluated', (r: any) => r.account.startsWith('x')],
  ['both: found by its value, and evaluated', (r: any) => r.account.eq('x').and(r.qty.lt(100))],
] as const)('a filter by %s tells when rows come into it, stay and go out of it', async (_, where) => {
  const { orders, put, local } = await open();
  const sub = orders.subscribe(where as never);
  await sub.ready;
  put('a', 'y');
  put('a', 'x', 2);
  put('a', 'x', 3);
  put('a', 'y', 4);
  put('b', 'x', 5);
  local.delete('b');
  local.delete('a');
  put('c', 'x', 6);
  expect(await shorts(sub, 6)).toEqual([
    'update a enters 2',
    'update a stays 3',
    'update a leaves 4',
    'insert b 5',
    'delete b',
    'insert c 6',
  ]);
});

test('rows that make room and rows whose time is over are told of with what they were', async () => {
  const Cached = defineType('Cached', { id: t.int32() }, { key: 'id', evict: { policy: 'lru', maxRows: 2 } });
  const Brief = defineType('Brief', { id: t.int32() }, { key: 'id', ttl: '1ms' });
  const grid = await createGrid({ types: [Cached, Brief] });
  opened.push(grid);
  const [cached, brief] = [grid.space(Cached).subscribe(), grid.space(Brief).subscribe()];
  for (const id of [1, 2, 3]) await grid.space(Cached).write({ id });
  const told = [];
  for (let i = 0; i < 4; i++) told.push((await cached.next()).value);
  const gone = told.find((event) => event?.type === 'evict');
  expect(gone).toMatchObject({ before: { id: expect.any(Number) }, filter: 'leaves' });
  await grid.space(Brief).write({ id: 7 });
  expect((await brief.next()).value).toMatchObject({ type: 'insert', key: 7 });
  expect((await brief.next()).value).toMatchObject({ type: 'expire', key: 7, before: { id: 7 }, filter: 'leaves' });
});

test('initial rows come first, then a mark, then what was changed behind them', async () => {
  const { orders, put, local } = await open({ partitions: 3 });
  for (const id of ['a', 'b', 'c', 'd']) put(id, 'x');
  put('e', 'y');
  const sub = orders.subscribe({ account: 'x' }, { initial: true });
  expect(sub.position).toBeUndefined();
  const first = await shorts(sub, 1);
  put('f', 'x', 2);
  local.delete('a');
  const rest = await shorts(sub, 6);
  expect([...first, ...rest].slice(0, 4).sort()).toEqual(['a', 'b', 'c', 'd'].map((id) => `initial ${id} 1`));
  expect(rest.slice(3).sort()).toEqual(['delete a', 'insert f 2', 'live']);
  expect(rest[3]).toBe('live');
  expect(sub.position).toBeDefined();
});

test('a subscription goes on from a position without gap or duplicate, in the middle of a record too', async () => {
  const { orders, put } = await open();
  const first = orders.subscribe();
  await orders.writeMany(
    ['a', 'b', 'c'].map((id) => ({ id, account: 'x', qty: 1 })),
    { onError: 'all' },
  );
  expect(await shorts(first, 2)).toEqual(['insert a 1', 'insert b 1']);
  const { position } = first;
  first.close();
  put('d', 'y', 2);
  const second = orders.subscribe(undefined, { from: position });
  expect(await shorts(second, 2)).toEqual(['insert c 1', 'insert d 2']);
  put('e', 'y', 3);
  expect(await shorts(second, 1)).toEqual(['insert e 3']);
});

test('a position rises where nothing matches, so that it stays in the log', async () => {
  const { orders, put } = await open();
  const sub = orders.subscribe({ account: 'none' });
  await sub.ready;
  const { position } = sub;
  put('a', 'x');
  await orders.get('a');
  // Over a network its host tells of that every two seconds.
  await expect.poll(() => sub.position, { timeout: 15_000 }).not.toBe(position);
});

test('a position that the log does not reach back to is refused with the way on', async () => {
  const { orders, local } = await open({ retain: '1MiB' });
  const sub = orders.subscribe();
  await sub.ready;
  const { position } = sub;
  sub.close();
  const note = 'x'.repeat(10_000);
  for (let id = 0; id < 400; id++) local.write({ id: `${id}`, account: 'x', qty: 1, note });
  const late = orders.subscribe(undefined, { from: position });
  await expect(late.next()).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
    hint: expect.stringContaining('initial: true'),
  });
  expect((await late.next()).done).toBe(true);
});

test('a position of another grid, and a text that is none, are refused', async () => {
  const { orders } = await open();
  const { orders: others } = await open({ partitions: 2 });
  const other = others.subscribe();
  await other.ready;
  const { position } = other;
  await expect((async () => orders.subscribe(undefined, { from: position }).ready)()).rejects.toMatchObject({
    code: 'POSITION_TRUNCATED',
  });
  expect(() => orders.subscribe(undefined, { from: 'none' })).toThrow(/is a position/);
});

test('dropOldest lets the oldest go and tells how many and where', async () => {
  const { orders, put } = await open();
  const sub = orders.subscribe(undefined, { overflow: 'dropOldest', buffer: 2 });
  await sub.ready;
  for (let qty = 1; qty <= 5; qty++) put('a', 'x', qty);
  await turns();
  const events = await take(sub, 3);
  const gap = events.find(({ type }) => type === 'gap') as Extract<OrderEvent, { type: 'gap' }>;
  expect(gap.dropped).toBe(3);
  // What was on its way over a network already does not go.
  const near = ['gap', 'update a stays 4', 'update a stays 5'];
  const far = ['insert a 1', 'gap', 'update a stays 5'];
  const heard = events.map(short);
  expect([near, far]).toContainEqual(heard);
  const all = ['insert a 1', ...[2, 3, 4, 5].map((qty) => `update a stays ${qty}`)];
  const lost = orders.subscribe(undefined, { from: gap.from });
  expect(await shorts(lost, 3)).toEqual(all.filter((event) => !heard.includes(event)));
  const next = orders.subscribe(undefined, { from: gap.to });
  expect(await shorts(next, 1)).toEqual([heard[heard.indexOf('gap') + 1]]);
});

test('behind a gap nothing is missing, of partitions where nothing was let go neither', async () => {
  const { orders, put } = await open({ partitions: 3 });
  const sub = orders.subscribe(undefined, { overflow: 'dropOldest', buffer: 6 });
  await sub.ready;
  const others = ['b', 'c', 'd', 'e', 'f'];
  for (let qty = 1; qty <= 9; qty++) put('a', 'x', qty);
  for (const id of others) put(id, 'x');
  await turns();
  const heard: OrderEvent[] = [];
  while (heard.at(-1)?.type !== 'gap') heard.push(...(await take(sub, 1)));
  const { dropped, to } = heard.at(-1) as Extract<OrderEvent, { type: 'gap' }>;
  const rest = 9 + others.length - dropped - (heard.length - 1);
  expect(rest).toBeGreaterThan(0);
  const next = await shorts(orders.subscribe(undefined, { from: to }), rest);
  expect(next.sort()).toEqual((await shorts(sub, rest)).sort());
});

test('fail gives what is in the buffer and then ends, with the position to go on from', async () => {
  const { grid, orders, put } = await open();
  const sub = orders.subscribe(undefined, { overflow: 'fail', buffer: 2 });
  await sub.ready;
  for (let qty = 1; qty <= 5; qty++) put('a', 'x', qty);
  await turns();
  expect(await shorts(sub, 2)).toEqual(['insert a 1', 'update a stays 2']);
  const error = await sub.next().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'SUBSCRIBER_OVERFLOW' });
  expect(grid.stats().events).toMatchObject({ subscribers: 0, overflows: 1 });
  expect((await sub.next()).done).toBe(true);
});

test('block lets awaited writes wait until there is room, and never more than its time', async () => {
  const { grid, orders } = await open();
  const sub = orders.subscribe(undefined, { overflow: 'block', buffer: 4 });
  let written = 0;
  const writing = (async () => {
    for (let qty = 1; qty <= 50; qty++) {
      await orders.write({ id: 'a', account: 'x', qty });
      written = qty;
    }
  })();
  await turns();
  expect(written).toBeLessThan(10);
  const seen = (await take(sub, 50)).map((event) => ('after' in event ? event.after.qty : 0));
  expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  await writing;
  expect(grid.stats().events).toMatchObject({ behind: 0, bufferedEvents: 0 });
});

test('who is full and does not take reads the log later, until the log has let go', async () => {
  const { orders, local, put } = await open({ retain: '1MiB' });
  const sub = orders.subscribe(undefined, { buffer: 2 });
  await sub.ready;
  for (let qty = 1; qty <= 100; qty++) put('a', 'x', qty);
  expect(await take(sub, 100)).toHaveLength(100);
  const note = 'x'.repeat(10_000);
  for (let id = 0; id < 400; id++) local.write({ id: `${id}`, account: 'x', qty: 1, note });
  const error = await take(sub, 400).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'SUBSCRIBER_OVERFLOW' });
});

test('leaving the loop, close, a signal and the end of the grid end a subscription', async () => {
  const { grid, orders, put } = await open();
  put('a', 'x');
  for await (const event of orders.subscribe(undefined, { initial: true })) if (event.type === 'live') break;
  const closed = orders.subscribe();
  const waiting = closed.next();
  closed.close();
  expect(await waiting).toEqual({ done: true, value: undefined });
  const stop = new AbortController();
  const stopped = orders.subscribe(undefined, { signal: stop.signal });
  const next = stopped.next();
  stop.abort();
  await expect(next).rejects.toMatchObject({ code: 'ABORTED' });
  expect((await stopped.next()).done).toBe(true);
  await expect.poll(() => grid.stats().events.subscribers).toBe(0);
  const last = orders.subscribe();
  const lost = last.next().catch((error: unknown) => error);
  await grid.close();
  expect(await lost).toMatchObject({ code: 'CLOSED' });
  expect(() => orders.subscribe()).toThrow(expect.objectContaining({ code: 'CLOSED' }));
});

test('what is wrong with a call is told at once', async () => {
  const { orders } = await open();
  const call = (options: object) => () => orders.subscribe(undefined, options);
  expect(call({ buffer: 0 })).toThrow(/buffer is a number of events/);
  expect(call({ overflow: 'wait' })).toThrow(/overflow is one of/);
  expect(call({ from: 7 })).toThrow(/from is a position/);
  expect(call({ group: '' })).toThrow(/group is a name/);
  expect(call({ initial: 'yes' })).toThrow(/initial is true or false/);
  expect(call({ initial: true, from: 'p' })).toThrow(/give one/);
  expect(call({ initial: true, group: 'g' })).toThrow(/nobody's share/);
  expect(call({ initail: true })).toThrow(/Did you mean initial/);
  expect(() => orders.subscribe({ acount: 'x' } as never)).toThrow(/acount/);
  await expect(orders.subscribe().commit()).rejects.toThrow(/members of a group/);
});

test('rows are shown by the declaration of the subscriber while the type evolves', async () => {
  const { grid, orders, put } = await open();
  const sub = orders.subscribe();
  await sub.ready;
  put('a', 'x', 1);
  const Next = defineType(
    'Order',
    {
      id: t.string(),
      account: t.string().index(),
      amount: t.int64().from('qty'),
      note: t.string().optional(),
      level: t.int32().default(7),
    },
    { key: 'id' },
  );
  const { position } = sub;
  await grid.evolve(Next);
  await grid.space(Next).write({ id: 'b', account: 'x', amount: 2n });
  expect(await take(sub, 2)).toMatchObject([
    { type: 'insert', after: { id: 'a', qty: 1 } },
    { type: 'insert', after: { id: 'b', qty: 2 } },
  ]);
  const next = grid.space(Next).subscribe(undefined, { from: position });
  expect((await next.next()).value).toMatchObject({ after: { id: 'a', amount: 1n, level: 7 } });
  expect((await next.next()).value).toMatchObject({ after: { id: 'b', amount: 2n, level: 7 } });
});
