import { createGrid, defineType, max, sum, t, WeftError, type Grid } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';

const Account = defineType(
  'Account',
  { id: t.string(), owner: t.string(), balance: t.int64(), note: t.string().optional(), version: t.version() },
  { key: 'id', routing: 'owner' },
);
const Order = defineType(
  'Order',
  { id: t.id(), owner: t.string(), symbol: t.string(), qty: t.int32(), tags: t.array(t.string()).default([]) },
  { key: 'id', routing: 'owner', indexes: [{ on: 'symbol', kind: 'hash' }] },
);
const Seat = defineType(
  'Seat',
  { id: t.string(), owner: t.string(), place: t.int32() },
  { key: 'id', routing: 'owner', indexes: [{ on: ['owner', 'place'], kind: 'unique' }] },
);
const Event = defineType('Event', { what: t.string() });

const key = (id: string) => ({ id, owner: 'o' });
let grid: Grid;
beforeEach(async () => {
  grid = await createGrid({ types: [Account, Order, Seat, Event], partitions: 3 });
  await grid.space(Account).writeMany([
    { id: 'a', owner: 'o', balance: 10n },
    { id: 'b', owner: 'o', balance: 0n },
  ]);
});
afterEach(() => grid.close());

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function failure(promise: Promise<unknown>): Promise<WeftError> {
  try {
    await promise;
  } catch (error) {
    if (WeftError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

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

test('rows of several partitions are refused with their keys and the way on', async () => {
  const owners = ['p', 'q', 'r', 's', 't'];
  const call = grid.transaction(async (tx) => {
    for (const owner of owners) await tx.space(Account).write({ id: 'a', owner, balance: 1n });
  });
  const error = await failure(call);
  expect(error.code).toBe('TRANSACTION_SPANS_PARTITIONS');
  expect(error.message).toContain('Account with id "a", owner "p" came first');
  expect(error.hint).toContain('one routing value');
  const asked = await failure(grid.transaction((tx) => tx.space(Account).find({ balance: 1n })));
  expect(asked.message).toContain('a condition on Account that does not fix owner asks all 3 partitions');
  const batch = grid.atomic((b) => owners.map((owner) => b.write(Account, { id: 'a', owner, balance: 1n })));
  expect((await failure(batch)).code).toBe('TRANSACTION_SPANS_PARTITIONS');
  expect(grid.local(Account).count()).toBe(2);
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

test('one within another is refused, one after another is not', async () => {
  const call = grid.transaction(async () => {
    await pause();
    await grid.transaction(() => 1);
  });
  expect((await failure(call)).code).toBe('TRANSACTION_NESTED');
  expect((await failure(grid.transaction(() => grid.atomic((b) => [b.delete(Account, key('a'))])))).code).toBe(
    'TRANSACTION_NESTED',
  );
  const other = await createGrid();
  expect(await grid.transaction(() => other.transaction(() => 1))).toBe(1);
  await other.close();
  expect(await grid.transaction(() => 2)).toBe(2);
});

test('handles that outlive their callback are refused', async () => {
  const accounts = await grid.transaction((tx) => Promise.resolve({ space: tx.space(Account) }));
  expect((await failure(accounts.space.get(key('a')))).code).toBe('TRANSACTION_ENDED');
});

test('a transaction stops at its timeout and by its signal, also while its callback waits for something else', async () => {
  let late: Promise<unknown> | undefined;
  const timed = grid.transaction(
    async (tx) => {
      // On a slow machine the time may be up before the first call.
      await tx
        .space(Account)
        .delete(key('a'))
        .catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 30));
      late = failure(tx.space(Account).delete(key('b')));
    },
    { timeout: '5ms' },
  );
  expect((await failure(timed)).code).toBe('TIMEOUT');
  const stop = new AbortController();
  const stopped = grid.transaction(() => new Promise(() => undefined), { signal: stop.signal });
  stop.abort();
  expect((await failure(stopped)).code).toBe('ABORTED');
  while (late === undefined) await pause();
  expect(await late).toMatchObject({ code: 'TRANSACTION_ENDED' });
  expect(grid.local(Account).count()).toBe(2);
});

test('what a transaction holds is bounded', async () => {
  const writes = grid.transaction(async (tx) => {
    for (let id = 0; id <= 500; id++) await tx.space(Account).write({ id: `${id}`, owner: 'o', balance: 0n });
  });
  expect((await failure(writes)).message).toContain('TRANSACTION_WRITES_MAX, 500');
  const units = grid.transaction((tx) =>
    tx.space(Account).write({ id: 'z', owner: 'o', balance: 0n, note: 'n'.repeat(1 << 20) }),
  );
  expect((await failure(units)).message).toContain('TRANSACTION_UNITS_MAX');
  const reads = grid.transaction(async (tx) => {
    for (let id = 0; id <= 2048; id++) await tx.space(Account).get(key(`${id}`));
  });
  expect((await failure(reads)).message).toContain('TRANSACTION_READS_MAX, 2048');
  const conditions = grid.transaction(async (tx) => {
    for (let n = 0; n <= 64; n++) await tx.space(Account).count({ owner: 'o' });
  });
  expect((await failure(conditions)).message).toContain('TRANSACTION_CONDITIONS_MAX, 64');
  const batch = grid.atomic((b) => Array.from({ length: 501 }, () => b.delete(Account, key('a'))));
  expect((await failure(batch)).code).toBe('TRANSACTION_TOO_LARGE');
  const large = grid.atomic((b) => [b.update(Account, key('a'), { note: 'n'.repeat((1 << 20) + 1) })]);
  expect((await failure(large)).code).toBe('TRANSACTION_TOO_LARGE');
});

test('options are checked', async () => {
  const refused = async (options: object) => (await failure(grid.transaction(() => 1, options))).code;
  expect(await refused({ retries: -1 })).toBe('OPTION_INVALID');
  expect(await refused({ retry: 1 })).toBe('OPTION_INVALID');
  expect((await failure(grid.transaction(undefined as never))).code).toBe('OPTION_INVALID');
  expect((await failure(grid.atomic(undefined as never))).code).toBe('OPTION_INVALID');
  expect((await failure(grid.atomic((() => [{}]) as never))).code).toBe('OPTION_INVALID');
  const twice = grid.atomic((b) => {
    const write = b.delete(Account, key('a'));
    return [write, write];
  });
  expect((await failure(twice)).code).toBe('OPTION_INVALID');
  const Other = defineType('Account', { id: t.string() }, { key: 'id' });
  expect((await failure(grid.transaction((tx) => tx.space(Other).get('a')))).code).toBe('TYPE_CONFLICT');
  await grid.close();
  expect((await failure(grid.transaction(() => 1))).code).toBe('CLOSED');
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

test('a full subscriber that may ask for it is waited for', async () => {
  const heard = grid.space(Account).subscribe({ owner: 'o' }, { buffer: 4 });
  let written = 0;
  const writing = (async () => {
    for (let n = 1; n <= 40; n++) {
      if (n % 2 === 0) await grid.transaction((tx) => tx.space(Account).update(key('a'), { balance: BigInt(n) }));
      else await grid.atomic((b) => [b.update(Account, key('a'), { balance: BigInt(n) })]);
      written = n;
    }
  })();
  for (let turn = 0; turn < 50; turn++) await pause();
  expect(written).toBeLessThan(10);
  for (let event = 0; event < 40; event++) await heard.next();
  await writing;
  heard.close();
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
