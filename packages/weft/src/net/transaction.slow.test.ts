import { FRAME_BYTES_MAX } from '@weft/protocol';
import { afterEach, expect, test } from 'vitest';
import { Decimal, defineType, sum, t } from '@weft/data';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const Account = defineType(
  'Account',
  { id: t.string(), bank: t.string(), balance: t.int32(), note: t.string().optional(), version: t.version() },
  { key: 'id', routing: 'bank' },
);
const Entry = defineType(
  'Entry',
  { id: t.id(), bank: t.string(), amount: t.decimal(12, 2), at: t.timestamp() },
  { key: 'id', routing: 'bank' },
);

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function hosted(grid?: Awaited<ReturnType<typeof createGrid>>) {
  const served = grid ?? (await createGrid({ types: [Account, Entry], partitions: 4 }));
  const host = await serve({ space: 'demo', grid: served, partitions: 4, port: 0, log: () => undefined });
  ends.push(async () => {
    await host.close();
    if (grid === undefined) await served.close();
  });
  return { grid: served, accounts: served.local(Account), port: host.port };
}

async function connected(port: number) {
  const grid = await connect(`weft://localhost:${port}/demo`, { types: [Account, Entry] });
  ends.push(() => grid.close());
  return grid;
}

async function relayTo(port: number): Promise<Relay> {
  const relay = await Relay.open(port);
  ends.push(() => relay.close());
  return relay;
}

const account = (id: string, balance = 100, bank = 'b') => ({ id, bank, balance });
const key = (id: string, bank = 'b') => ({ id, bank });

test('a callback reads and writes as one with every verb, and sees what it has written', async () => {
  const { accounts, port } = await hosted();
  for (const id of ['x', 'y', 'z']) accounts.write(account(id));
  const grid = await connected(port);
  const result = await grid.transaction(async (tx) => {
    expect(tx.attempt).toBe(1);
    const far = tx.space(Account);
    const entries = tx.space(Entry);
    const x = await far.getOrThrow(key('x'));
    const moved = await far.update(key('x'), { balance: x.balance - 30, note: 'less' });
    expect(moved).toEqual({ ...x, balance: 70, note: 'less', version: 2 });
    expect(await far.getMany([key('x'), key('none')])).toEqual([moved, undefined]);
    expect(await far.get(key('none'))).toBeUndefined();
    await far.write(account('new', 5), { onConflict: 'fail' });
    await expect(far.write(account('y'), { onConflict: 'fail' })).rejects.toMatchObject({ code: 'KEY_EXISTS' });
    expect(await far.read({ bank: 'b', balance: 5 })).toMatchObject({ id: 'new' });
    expect(await far.change({ bank: 'b', balance: 100 }, (c) => c.inc('balance', 1))).toBe(2);
    expect(await far.delete(key('z'))).toBe(true);
    expect(await far.deleteMany({ bank: 'b', balance: 5 })).toBe(1);
    const entry = await entries.write({ bank: 'b', amount: Decimal.from('1.50'), at: new Date(5) });
    expect(entry.id).toEqual(expect.any(String));
    const found = await far.find((r) => r.bank.eq('b').and(r.balance.gt(0)), {
      select: ['id', 'balance'],
      orderBy: { balance: 'desc' },
    });
    const [total] = await far.aggregate({ where: { bank: 'b' }, select: { total: sum('balance') } });
    return { found, total: Number(total!.total), count: await far.count({ bank: 'b' }), entry };
  });
  expect(result).toMatchObject({
    found: [
      { id: 'y', balance: 101 },
      { id: 'x', balance: 70 },
    ],
    total: 171,
    count: 2,
  });
  expect(accounts.get(key('x'))).toMatchObject({ balance: 70, version: 2 });
  expect(accounts.get(key('z'))).toBeUndefined();
  expect(await grid.space(Entry).count()).toBe(1);
});

test('a callback that throws has done nothing, and its own error comes back', async () => {
  const { accounts, port } = await hosted();
  const grid = await connected(port);
  const failure = new Error('my own');
  const run = grid.transaction(async (tx) => {
    await tx.space(Account).write(account('x'));
    throw failure;
  });
  await expect(run).rejects.toBe(failure);
  expect(accounts.count()).toBe(0);
  expect(await grid.transaction(() => 7)).toBe(7);
});

test('where others were quicker the callback is run again, and at last it is told', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x'));
  const grid = await connected(port);
  const attempts: number[] = [];
  await grid.transaction(async (tx) => {
    attempts.push(tx.attempt);
    const x = await tx.space(Account).getOrThrow(key('x'));
    if (tx.attempt < 3) accounts.update(key('x'), { balance: x.balance + 1 });
    await tx.space(Account).update(key('x'), { balance: x.balance + 10 });
  });
  expect(attempts).toEqual([1, 2, 3]);
  expect(accounts.get(key('x'))?.balance).toBe(112);
  const losing = grid.transaction(
    async (tx) => {
      const x = await tx.space(Account).getOrThrow(key('x'));
      accounts.update(key('x'), { balance: x.balance + 1 });
      // Also a callback that gives up for what it saw is run again.
      throw new Error('no money');
    },
    { retries: 1 },
  );
  await expect(losing).rejects.toMatchObject({ code: 'TRANSACTION_CONFLICT', details: { attempts: 2 } });
});

test('clients that change the same rows at the same time lose nothing', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x', 0));
  const grids = await Promise.all([connected(port), connected(port), connected(port)]);
  const increase = (grid: (typeof grids)[number]) =>
    grid.transaction(
      async (tx) => {
        const x = await tx.space(Account).getOrThrow(key('x'));
        await tx.space(Account).update(key('x'), { balance: x.balance + 1 });
      },
      { retries: 1000 },
    );
  await Promise.all(Array.from({ length: 60 }, (_, i) => increase(grids[i % 3]!)));
  expect(accounts.get(key('x'))?.balance).toBe(60);
});

test('rows of several partitions, transactions within one, and handles kept beyond are refused as in the same process', async () => {
  const { port } = await hosted();
  const grid = await connected(port);
  await expect(
    grid.transaction(async (tx) => {
      for (const bank of ['a', 'b', 'c', 'd', 'e']) await tx.space(Account).write(account('x', 1, bank));
    }),
  ).rejects.toMatchObject({ code: 'TRANSACTION_SPANS_PARTITIONS' });
  await expect(grid.transaction((tx) => tx.space(Account).count())).rejects.toMatchObject({
    code: 'TRANSACTION_SPANS_PARTITIONS',
  });
  await expect(grid.transaction(() => grid.transaction(() => 1))).rejects.toMatchObject({ code: 'TRANSACTION_NESTED' });
  const kept = await grid.transaction((tx) => ({ space: tx.space(Account) }));
  await expect(kept.space.get(key('x'))).rejects.toMatchObject({ code: 'TRANSACTION_ENDED' });
});

test('a transaction goes on over a cut, and one whose host was lost is run again', async () => {
  const first = await hosted();
  first.accounts.write(account('x'));
  const relay = await relayTo(first.port);
  const grid = await connected(relay.port);
  const attempts: number[] = [];
  await grid.transaction(async (tx) => {
    attempts.push(tx.attempt);
    const x = await tx.space(Account).getOrThrow(key('x'));
    relay.cut();
    await tx.space(Account).update(key('x'), { balance: x.balance + 1 });
    relay.cut();
  });
  expect(attempts).toEqual([1]);
  const second = await hosted(first.grid);
  await grid.transaction(async (tx) => {
    attempts.push(tx.attempt);
    const x = await tx.space(Account).getOrThrow(key('x'));
    if (tx.attempt === 1) relay.turnTo(second.port);
    await tx.space(Account).update(key('x'), { balance: x.balance + 1 });
  });
  expect(attempts).toEqual([1, 1, 2]);
  expect(first.accounts.get(key('x'))?.balance).toBe(102);
});

test('a commit whose answer is cut off is done once', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x'));
  const relay = await relayTo(port);
  const grid = await connected(relay.port);
  const run = grid.transaction(async (tx) => {
    const x = await tx.space(Account).getOrThrow(key('x'));
    await tx.space(Account).update(key('x'), { balance: x.balance + 1 });
    relay.holdAnswers();
    return 'done';
  });
  await relay.answerHeld();
  expect(accounts.get(key('x'))?.balance).toBe(101);
  relay.turnTo(port);
  expect(await run).toBe('done');
  expect(accounts.get(key('x'))?.balance).toBe(101);
});

test('a commit whose host was lost is in doubt; with an id it is asked again and known', async () => {
  const first = await hosted();
  first.accounts.write(account('x'));
  const relay = await relayTo(first.port);
  const grid = await connected(relay.port);
  for (const idempotencyId of [undefined, 'transfer 7']) {
    relay.turnTo(first.port);
    await grid.space(Account).count();
    const run = grid.transaction(
      async (tx) => {
        const x = await tx.space(Account).getOrThrow(key('x'));
        await tx.space(Account).update(key('x'), { balance: x.balance + 1 });
        relay.holdAnswers();
        return { was: x.balance };
      },
      { idempotencyId },
    );
    await relay.answerHeld();
    relay.turnTo((await hosted(first.grid)).port);
    if (idempotencyId === undefined) await expect(run).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    else expect(await run).toEqual({ was: 101 });
  }
  expect(first.accounts.get(key('x'))?.balance).toBe(102);
  const again = await grid.transaction(() => 'not run', { idempotencyId: 'transfer 7' });
  expect(again).toEqual({ was: 101 });
});

test('a transaction ends with its signal and its timeout, and its host lets go of it', async () => {
  const { port } = await hosted();
  const grid = await connected(port);
  const stop = new AbortController();
  const stopped = grid.transaction(
    async (tx) => {
      await tx.space(Account).write(account('x'));
      stop.abort();
      await new Promise(() => undefined);
    },
    { signal: stop.signal },
  );
  await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  const late = grid.transaction(
    async (tx) => {
      await tx.space(Account).write(account('x'));
      await new Promise(() => undefined);
    },
    { timeout: '50ms' },
  );
  await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(await grid.space(Account).count()).toBe(0);
});

test('atomic writes are done together or not at all, with one answer each', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x'));
  const grid = await connected(port);
  const [x, entry, gone] = await grid.atomic((b) => [
    b.update(Account, key('x'), { balance: 70 }, { ifVersion: 1 }),
    b.write(Entry, { bank: 'b', amount: Decimal.from('1.50'), at: new Date(5) }),
    b.delete(Account, key('none')),
  ]);
  expect(x).toMatchObject({ id: 'x', balance: 70, version: 2 });
  expect(entry).toMatchObject({ id: expect.any(String), bank: 'b', at: new Date(5) });
  expect(gone).toBe(false);
  const failing = grid.atomic((b) => [
    b.write(Account, account('y')),
    b.update(Account, key('x'), { balance: 1 }, { ifVersion: 1 }),
  ]);
  await expect(failing).rejects.toMatchObject({ code: 'VERSION_CONFLICT', details: { write: 1 } });
  expect(accounts.count()).toBe(1);
  await expect(
    grid.atomic((b) => ['a', 'b', 'c', 'd', 'e'].map((bank) => b.write(Account, account('x', 1, bank)))),
  ).rejects.toMatchObject({ code: 'TRANSACTION_SPANS_PARTITIONS' });
  await expect(grid.atomic((() => 5) as never)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
});

test('a batch with an id is done once, also by a client that asks again', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x'));
  const batch = (grid: Awaited<ReturnType<typeof connected>>) =>
    grid.atomic((b) => [b.update(Account, key('x'), { balance: 1 })], { idempotencyId: 'one' });
  const first = await batch(await connected(port));
  accounts.update(key('x'), { balance: 2 });
  expect(await batch(await connected(port))).toEqual(first);
  expect(accounts.get(key('x'))?.balance).toBe(2);
});

test('what a transaction reads may be longer than a frame: it comes in pieces, over a cut too', async () => {
  const { accounts, port } = await hosted();
  const note = 'x'.repeat(1_000_000);
  const rows = Math.ceil((1.2 * FRAME_BYTES_MAX) / note.length);
  for (let i = 0; i < rows; i++) accounts.write({ ...account(`a${i}`), note });
  const relay = await relayTo(port);
  const grid = await connected(relay.port);
  const lengths = await grid.transaction(async (tx) => {
    const far = tx.space(Account);
    await far.update(key('a0'), { balance: 1 });
    const finding = far.find({ bank: 'b' }, { orderBy: { balance: 'asc' } });
    const keyed = far.getMany(Array.from({ length: rows }, (_, i) => key(`a${i}`)));
    setTimeout(() => relay.cut(), 5);
    const found = await finding;
    expect(found[0]).toMatchObject({ id: 'a0', balance: 1 });
    expect(found.every((row) => row.note === note)).toBe(true);
    return [found.length, (await keyed).length];
  });
  expect(lengths).toEqual([rows, rows]);
  expect(accounts.get(key('a0'))?.balance).toBe(1);
});

test('what is wrong with a list that a transaction asks for is told, and a transaction that is lost meanwhile runs again', async () => {
  const { accounts, port } = await hosted();
  accounts.write(account('x'));
  const relay = await relayTo(port);
  const grid = await connected(relay.port);
  await expect(
    grid.transaction((tx) => tx.space(Account).find({ bank: 'b' }, { select: ['nothing'] as never })),
  ).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN' });
  const other = await hosted();
  other.accounts.write(account('y'));
  let attempts = 0;
  const found = await grid.transaction(async (tx) => {
    const far = tx.space(Account);
    await far.get(key('x'));
    if (++attempts === 1) relay.turnTo(other.port);
    return far.find({ bank: 'b' });
  });
  expect([attempts, found.map(({ id }) => id)]).toEqual([2, ['y']]);
});
