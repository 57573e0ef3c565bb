import { createGrid, defineType, max, sum, t, type Grid } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Account, Event, failure, key, openAccounts, Order, Seat } from './transaction.fixture.ts';

let grid: Grid;
beforeEach(async () => {
  grid = await openAccounts();
});
afterEach(() => grid.close());

test('a transaction is done as a whole, and answers what its callback answers', async () => {
  const left = await grid.transaction(async (tx) => {
    const accounts = tx.space(Account);
    const [from, to] = await accounts.getMany([key('a'), key('b')]);
    await accounts.update(key('a'), { balance: from!.balance - 4n });
    await accounts.update(key('b'), { balance: to!.balance + 4n });
    expect(grid.local(Account).get(key('a'))!.balance).toBe(10n);
    return from!.balance - 4n;
  });
  expect(left).toBe(6n);
  expect(await grid.space(Account).getMany([key('a'), key('b')])).toMatchObject([
    { balance: 6n, version: 2 },
    { balance: 4n, version: 2 },
  ]);
});

test('what the callback throws undoes all of it, and is not tried again', async () => {
  let runs = 0;
  const thrown = new Error('no');
  const call = grid.transaction(async (tx) => {
    runs++;
    await tx.space(Account).delete(key('a'));
    throw thrown;
  });
  await expect(call).rejects.toBe(thrown);
  expect(runs).toBe(1);
  expect(grid.local(Account).get(key('a'))).toMatchObject({ balance: 10n, version: 1 });
});

test('every reading verb sees what the transaction has written', async () => {
  await grid.space(Order).writeMany([
    { owner: 'o', symbol: 'A', qty: 1 },
    { owner: 'o', symbol: 'A', qty: 2 },
    { owner: 'o', symbol: 'B', qty: 3 },
  ]);
  await grid.transaction(async (tx) => {
    const orders = tx.space(Order);
    const [first, second] = await orders.find({ owner: 'o', symbol: 'A' }, { orderBy: { qty: 'asc' } });
    const made = await orders.write({ owner: 'o', symbol: 'A', qty: 9, tags: ['x'] });
    (made.tags as string[]).push('not held');
    await orders.update(first!.id, { qty: 20 });
    await orders.delete(second!.id);
    expect(await orders.get(made.id)).toEqual({ id: made.id, owner: 'o', symbol: 'A', qty: 9, tags: ['x'] });
    expect(await orders.get(second!.id)).toBeUndefined();
    const inA = { owner: 'o', symbol: 'A' };
    expect(await orders.count(inA)).toBe(2);
    expect(await orders.find(inA, { orderBy: { qty: 'desc' }, select: ['qty'] })).toEqual([{ qty: 20 }, { qty: 9 }]);
    expect(await orders.find(inA, { orderBy: { qty: 'desc' }, select: ['symbol'], offset: 1, limit: 1 })).toEqual([
      { symbol: 'A' },
    ]);
    expect(await orders.find({ owner: 'o' }, { limit: 2 })).toHaveLength(2);
    expect(await orders.read({ ...inA, qty: 9 })).toMatchObject({ id: made.id });
    expect(await orders.read({ owner: 'o', qty: 2 })).toBeUndefined();
    expect(
      await orders.aggregate({
        where: { owner: 'o' },
        by: ['symbol'],
        select: { all: sum('qty'), most: max('qty') },
        orderBy: { symbol: 'asc' },
      }),
    ).toEqual([
      { symbol: 'A', all: 29n, most: 20 },
      { symbol: 'B', all: 3n, most: 3 },
    ]);
    expect(await orders.change({ owner: 'o' }, (c) => c.inc('qty', 1).push('tags', 'y'))).toBe(3);
    expect((await orders.find(inA, { orderBy: { qty: 'asc' } })).map(({ qty, tags }) => [qty, ...tags])).toEqual([
      [10, 'x', 'y'],
      [21, 'y'],
    ]);
    expect(await orders.deleteMany((r) => r.owner.eq('o').and(r.qty.lt(15)))).toBe(2);
  });
  expect(await grid.space(Order).find({ owner: 'o' })).toMatchObject([{ qty: 21, tags: ['y'] }]);
});

test('keys of several columns are told apart in what is held', async () => {
  await grid.transaction(async (tx) => {
    const accounts = tx.space(Account);
    await accounts.update(key('a'), { balance: 1n });
    await accounts.write({ id: 'c', owner: 'o', balance: 5n });
    expect(await accounts.count({ owner: 'o' })).toBe(3);
    expect((await accounts.find({ owner: 'o' }, { orderBy: { balance: 'asc' } })).map(({ id }) => id)).toEqual([
      'b',
      'a',
      'c',
    ]);
    await accounts.delete(key('b'));
    expect(await accounts.count({ owner: 'o' })).toBe(2);
  });
});

test('rows that are written twice, deleted and written again end as they were left', async () => {
  await grid.transaction(async (tx) => {
    const accounts = tx.space(Account);
    expect(await accounts.delete(key('a'))).toBe(true);
    expect(await accounts.delete(key('a'))).toBe(false);
    expect(await accounts.update(key('a'), { balance: 1n })).toBeUndefined();
    await accounts.write({ id: 'a', owner: 'o', balance: 1n }, { onConflict: 'fail' });
    expect((await failure(accounts.write({ id: 'a', owner: 'o', balance: 1n }, { onConflict: 'fail' }))).code).toBe(
      'KEY_EXISTS',
    );
    const last = await accounts.update(key('a'), { balance: 2n, note: 'n' });
    expect(last).toEqual({ id: 'a', owner: 'o', balance: 2n, note: 'n', version: 2 });
  });
  expect(grid.local(Account).get(key('a'))).toEqual({ id: 'a', owner: 'o', balance: 2n, note: 'n', version: 2 });
});

test('a version may be demanded, and a wrong one is not tried again', async () => {
  const call = grid.transaction(async (tx) => {
    await tx.space(Account).update(key('b'), { balance: 9n }, { ifVersion: 1 });
    await tx.space(Account).update(key('a'), { balance: 9n }, { ifVersion: 7 });
  });
  expect((await failure(call)).message).toBe('Account with id "a", owner "o" has version 1, not 7.');
  expect(grid.local(Account).get(key('b'))!.balance).toBe(0n);
});

test('key and routing stay', async () => {
  const call = grid.transaction((tx) => tx.space(Account).update(key('a'), { id: 'z' } as never));
  expect((await failure(call)).code).toBe('ROUTING_IMMUTABLE');
});

test('where only the table can refuse a write, all before it is taken back', async () => {
  const seats = grid.space(Seat);
  const rows = [
    { ...key('x'), place: 1 },
    { ...key('y'), place: 2 },
  ];
  await seats.writeMany(rows);
  const call = grid.transaction(async (tx) => {
    await tx.space(Account).update(key('a'), { balance: 0n });
    await tx.space(Seat).delete(key('x'));
    await tx.space(Seat).write({ ...key('z'), place: 1 });
    await tx.space(Seat).update(key('z'), { place: 5 });
    await tx.space(Seat).write({ ...key('v'), place: 2 });
  });
  const error = await failure(call);
  expect(error.code).toBe('UNIQUE_VIOLATION');
  expect(error.message).toContain('write 5 of 5 of grid.transaction; none of them is applied');
  expect(await seats.find({}, { orderBy: { id: 'asc' } })).toEqual(rows);
  expect(await seats.find({ owner: 'o', place: 5 })).toEqual([]);
  expect(grid.local(Account).get(key('a'))).toMatchObject({ balance: 10n, version: 1 });
});

test('a transaction that runs out of memory in its middle leaves nothing', async () => {
  const accounts = grid.space(Account);
  const note = (n: number): string => `${n}`.repeat(20_000);
  for (let n = 0; n < 50; n++) await accounts.write({ id: `n${n}`, owner: 'o', balance: 0n, note: note(n % 10) });
  const { bytes } = grid.stats().types.find(({ name }) => name === 'Account')!;
  // Hosts share it evenly, and all rows are at one.
  const hosts = process.env['WEFT_TEST_GRID'] === 'tcp-hosts' ? 3 : 1;
  grid.setQuota(Account, hosts * (bytes + 1_500_000));
  const before = await accounts.find({ owner: 'o' }, { orderBy: { id: 'asc' } });
  const failed = await failure(
    grid.transaction(async (tx) => {
      const held = tx.space(Account);
      for (let n = 0; n < 10; n++) await held.delete(key(`n${n}`));
      for (let n = 10; n < 20; n++) await held.update(key(`n${n}`), { note: 'short' });
      for (let n = 0; n < 45; n++) await held.write({ id: `m${n}`, owner: 'o', balance: 0n, note: note(n % 10) });
    }),
  );
  expect(failed).toMatchObject({ code: 'MEMORY_LIMIT', retryable: true });
  expect(failed.details['write']).toBeGreaterThan(10);
  expect(failed.message).toContain('none of them is applied');
  expect(await accounts.find({ owner: 'o' }, { orderBy: { id: 'asc' } })).toEqual(before);
});

test('rows whose place is for Weft to choose go where the transaction is', async () => {
  const Ticket = defineType('Ticket', { id: t.id(), what: t.string() }, { key: 'id' });
  for (let run = 0; run < 20; run++) {
    await grid.transaction(async (tx) => {
      const { id } = await tx.space(Ticket).write({ what: 'first' });
      await tx.space(Ticket).write({ what: 'second' });
      await tx.space(Event).write({ what: 'third' });
      await tx.space(Event).write({ what: 'fourth' });
      expect(await tx.space(Ticket).get(id)).toEqual({ id, what: 'first' });
    });
    await grid.atomic((b) => [
      b.write(Event, { what: 'free' }),
      b.update(Account, key('a'), { note: `${run}` }),
      b.write(Ticket, { what: 'free too' }),
    ]);
  }
  expect(grid.local(Ticket).count()).toBe(60);
  expect(grid.local(Event).count()).toBe(60);
});

test('rows with hidden keys are changed and deleted by condition', async () => {
  await grid.close();
  grid = await createGrid({ types: [Event] });
  await grid.space(Event).writeMany([{ what: 'a' }, { what: 'b' }, { what: 'c' }]);
  await grid.transaction(async (tx) => {
    const events = tx.space(Event);
    expect(await events.deleteMany({ what: 'b' })).toBe(1);
    await events.write({ what: 'd' });
    expect(
      await events.change(
        (r) => r.what.gt('b'),
        (c) => c.set('what', 'z'),
      ),
    ).toBe(2);
    expect(await events.count()).toBe(3);
    expect(await events.read({ what: 'a' })).toEqual({ what: 'a' });
  });
  expect((await grid.space(Event).find({}, { orderBy: { what: 'asc' } })).map(({ what }) => what)).toEqual([
    'a',
    'z',
    'z',
  ]);
});

test('a batch answers for each write, and is all or nothing', async () => {
  const [made, changed, gone, none] = await grid.atomic((b) => [
    b.write(Order, { owner: 'o', symbol: 'A', qty: 1 }),
    b.update(Account, key('a'), { balance: 1n }),
    b.delete(Account, key('b')),
    b.update(Account, key('nobody'), { balance: 1n }),
  ]);
  expect(made.qty + Number(changed!.balance)).toBe(2);
  expect([gone, none]).toEqual([true, undefined]);
  expect(grid.local(Order).get(made.id)).toEqual(made);
  const failed = await failure(
    grid.atomic((b) => [
      b.delete(Account, key('a')),
      b.delete(Order, made.id),
      b.write(Account, { id: 'b', owner: 'o', balance: 1n }),
      b.update(Account, key('b'), { balance: 1n }, { ifVersion: 9 }),
    ]),
  );
  expect(failed).toMatchObject({ code: 'VERSION_CONFLICT', details: { write: 3 } });
  expect(grid.local(Account).get(key('a'))).toEqual(changed);
  expect(grid.local(Order).get(made.id)).toEqual(made);
  expect(grid.local(Account).get(key('b'))).toBeUndefined();
  expect(await grid.atomic(() => [])).toEqual([]);
});
