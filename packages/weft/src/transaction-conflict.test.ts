import { defineType, sum, t, type Grid } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Account, failure, key, openAccounts, pause, Seat } from './transaction.fixture.ts';

let grid: Grid;
beforeEach(async () => {
  grid = await openAccounts();
});
afterEach(() => grid.close());

test('nothing is lost of increments that overlap', async () => {
  const add = () =>
    grid.transaction(
      async (tx) => {
        const accounts = tx.space(Account);
        const { balance } = await accounts.getOrThrow(key('a'));
        await pause();
        await accounts.update(key('a'), { balance: balance + 1n });
      },
      { retries: 1000 },
    );
  await Promise.all(Array.from({ length: 20 }, add));
  expect(grid.local(Account).get(key('a'))!.balance).toBe(30n);
});

test('of two transactions that each write what the other has read, one is run again', async () => {
  let runs = 0;
  const take = (id: string) =>
    grid.transaction(async (tx) => {
      runs++;
      const accounts = tx.space(Account);
      const rows = await accounts.getMany([key('a'), key('b')]);
      const total = rows.reduce((all, row) => all + row!.balance, 0n);
      await pause();
      if (total >= 10n) await accounts.update(key(id), { balance: rows[id === 'a' ? 0 : 1]!.balance - 10n });
    });
  await Promise.all([take('a'), take('b')]);
  expect(runs).toBe(3);
  const [total] = await grid.space(Account).aggregate({ select: { all: sum('balance') } });
  expect(total!.all).toBe(0n);
});

const where = { owner: 'o' };

const askings = {
  find: async (tx) => (await tx.space(Account).find({ ...where, id: 'c' })).length,
  count: (tx) => tx.space(Account).count(where),
  read: async (tx) => ((await tx.space(Account).read({ ...where, id: 'c' })) === undefined ? 0 : 1),
  get: async (tx) => ((await tx.space(Account).get(key('c'))) === undefined ? 0 : 1),
  aggregate: async (tx) =>
    Number((await tx.space(Account).aggregate({ where, select: { all: sum('balance') } }))[0]!.all),
} satisfies Record<string, (tx: Parameters<Parameters<Grid['transaction']>[0]>[0]) => Promise<number>>;

test.each(Object.entries(askings))('a row that comes after %s has looked for it is a conflict', async (_, ask) => {
  const seen: number[] = [];
  await grid.transaction(async (tx) => {
    seen.push(await ask(tx));
    if (tx.attempt === 1) await grid.space(Account).write({ id: 'c', owner: 'o', balance: 1n });
    await tx.space(Account).write({ id: 'd', owner: 'o', balance: 1n });
  });
  expect(seen.length).toBe(2);
  expect(seen[1]).toBe(seen[0]! + 1);
});

test.each([
  ['changes', () => grid.space(Account).update(key('a'), { balance: 1n })],
  ['ceases to match', () => grid.space(Account).update(key('a'), { note: 'x' })],
  ['goes', () => grid.space(Account).delete(key('a'))],
  ['goes with all others', () => grid.space(Account).clear()],
  ['is replaced', () => grid.space(Account).write({ id: 'a', owner: 'o', balance: 3n })],
  ['changes with many', () => grid.space(Account).change({ owner: 'o' }, (c) => c.inc('balance', 1n))],
])('a row that matched a condition and then %s is a conflict', async (_, change) => {
  let runs = 0;
  await grid.transaction(async (tx) => {
    runs++;
    await tx.space(Account).count((r) => r.owner.eq('o').and(r.note.isNull()));
    if (runs === 1) await change();
    await tx.space(Account).write({ id: 'd', owner: 'o', balance: 1n });
  });
  expect(runs).toBe(2);
});

test('a change of rows that no condition matches, before or after, is none', async () => {
  let runs = 0;
  await grid.transaction(async (tx) => {
    runs++;
    await tx.space(Account).find((r) => r.owner.eq('o').and(r.balance.gt(5n)));
    await grid.space(Account).update(key('b'), { balance: 1n });
    await grid.space(Account).write({ id: 'a', owner: 'p', balance: 100n });
    await tx.space(Account).write({ id: 'd', owner: 'o', balance: 1n });
  });
  expect(runs).toBe(1);
});

test('a row that read found conflicts with changes of itself only', async () => {
  let runs = 0;
  await grid.transaction(async (tx) => {
    runs++;
    const found = await tx.space(Account).read({ owner: 'o' });
    const other = found!.id === 'a' ? 'b' : 'a';
    await grid.space(Account).update(key(other), { note: 'x' });
    if (runs === 1) await grid.space(Account).update(key(found!.id), { note: 'x' });
    await tx.space(Account).write({ id: 'd', owner: 'o', balance: 1n });
  });
  expect(runs).toBe(2);
});

test('retries end, and the error says how often it was tried and what was in the way', async () => {
  let runs = 0;
  const call = grid.transaction(
    async (tx) => {
      runs++;
      await tx.space(Account).get(key('a'));
      await grid.space(Account).update(key('a'), { note: `${runs}` });
      await tx.space(Account).write({ id: 'd', owner: 'o', balance: 1n });
    },
    { retries: 2 },
  );
  const error = await failure(call);
  expect(error.message).toBe(
    'grid.transaction: Account with id "a", owner "o" has changed since the transaction read it. It was tried 3 times.',
  );
  expect(error).toMatchObject({
    code: 'TRANSACTION_CONFLICT',
    retryable: true,
    details: { type: 'Account', attempts: 3 },
  });
  expect(runs).toBe(3);
});

test('a callback that was led to throw by what is so no longer is run again', async () => {
  const answer = await grid.transaction(async (tx) => {
    const { balance } = await tx.space(Account).getOrThrow(key('b'));
    if (tx.attempt === 1) await grid.space(Account).update(key('b'), { balance: 5n });
    if (balance === 0n) throw new Error('nothing there');
    return balance;
  });
  expect(answer).toBe(5n);
});

test('a handle that knows of a conflict says so at the next verb', async () => {
  const codes: string[] = [];
  await grid.transaction(async (tx) => {
    await tx.space(Account).count({ owner: 'o' });
    if (tx.attempt > 1) return;
    await grid.space(Account).update(key('b'), { balance: 5n });
    codes.push((await failure(tx.space(Account).get(key('a')))).code);
  });
  expect(codes).toEqual(['TRANSACTION_CONFLICT']);
});

test('a transaction that only reads is of one moment too', async () => {
  const pairs: bigint[] = [];
  const reading = grid.transaction(async (tx) => {
    const a = await tx.space(Account).getOrThrow(key('a'));
    await pause();
    const b = await tx.space(Account).getOrThrow(key('b'));
    pairs.push(a.balance + b.balance);
    return a.balance + b.balance;
  });
  await grid.atomic((b) => [
    b.update(Account, key('a'), { balance: 3n }),
    b.update(Account, key('b'), { balance: 7n }),
  ]);
  expect(await reading).toBe(10n);
  expect(pairs).toEqual([17n, 10n]);
});

test('a transaction goes on over a change of declaration, and one that asked by condition is run again', async () => {
  const Next = defineType(
    'Seat',
    { id: t.string(), owner: t.string(), place: t.int64(), row: t.string().default('a') },
    { key: 'id', routing: 'owner', indexes: [{ on: ['owner', 'place'], kind: 'unique' }] },
  );
  grid.local(Seat).write({ ...key('x'), place: 1 });
  let runs = 0;
  await grid.transaction(async (tx) => {
    const seats = tx.space(Seat);
    runs++;
    expect(await seats.count({ owner: 'o', place: 1 })).toBe(1);
    await seats.update(key('x'), { place: 2 });
    await seats.write({ ...key('y'), place: 1 });
    if (runs === 1) await grid.evolve(Next);
    else expect(await seats.count((r) => r.owner.eq('o').and(r.place.gt(0)))).toBe(2);
  });
  expect(runs).toBe(2);
  expect(await grid.space(Next).find({}, { orderBy: { place: 'asc' } })).toEqual([
    { ...key('y'), place: 1n, row: 'a' },
    { ...key('x'), place: 2n, row: 'a' },
  ]);
});
