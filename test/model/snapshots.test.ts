import { afterEach, expect, test } from 'vitest';
import { count, sum } from 'weft';
import { Account, openBank, whole, type Bank } from './accounts.ts';

const ACCOUNTS = 60_000;
/** Readings per question; each goes over many turns, with transfers in between. */
const READINGS = Math.ceil(Number(process.env['WEFT_RUNS'] ?? 200) / 100);
const TRANSFERS_PER_TURN = 40;

const banks: Bank[] = [];

afterEach(async () => {
  for (const bank of banks.splice(0)) await bank.grid.close();
});

async function bankOf(options: {
  readonly partitions: number;
  readonly accounts?: number;
  readonly pinnedBytesMax?: number;
}): Promise<Bank> {
  const bank = await openBank({ accounts: ACCOUNTS, ...options });
  banks.push(bank);
  return bank;
}

/** Turns of writing that a reading must have lasted to show anything. */
const TURNS_MIN = 6;

/** Runs `reading`, again if it was too quick, while money moves in every turn of the event loop. */
async function underWriter({ transfer }: Bank, reading: () => Promise<unknown>): Promise<void> {
  let isDone = false;
  let turns = 0;
  const write = (): void => {
    if (isDone) return;
    turns++;
    transfer(TRANSFERS_PER_TURN);
    setImmediate(write);
  };
  write();
  try {
    do await reading();
    while (turns < TURNS_MIN);
  } finally {
    isDone = true;
  }
}

function totalOf(rows: readonly { readonly balance: bigint }[]): bigint {
  return rows.reduce((total, row) => total + row.balance, 0n);
}

test.each([1, 3])(
  'an aggregate under a writer at full speed sees one moment of all of %i partitions',
  async (partitions) => {
    const bank = await bankOf({ partitions });
    const accounts = bank.grid.space(Account);
    await underWriter(bank, async () => {
      for (let i = 0; i < READINGS; i++) {
        expect(await accounts.aggregate(whole)).toEqual([{ n: ACCOUNTS, total: bank.total }]);
        const branches = await accounts.aggregate({
          by: ['branch'],
          select: { n: count(), total: sum('balance'), owners: count('owner') },
        });
        expect(branches.reduce((total, branch) => total + branch.total!, 0n)).toBe(bank.total);
        expect(branches.reduce((total, branch) => total + branch.n, 0)).toBe(ACCOUNTS);
      }
    });
    expect(bank.pinnedBytes()).toBe(0);
  },
);

test.each([1, 3])(
  'a find over %i partitions under a writer at full speed sees one moment, awaited or iterated, whole or in order',
  async (partitions) => {
    const bank = await bankOf({ partitions });
    const accounts = bank.grid.space(Account);
    await underWriter(bank, async () => {
      for (let i = 0; i < READINGS; i++) {
        expect(totalOf(await accounts.find({}, { select: ['balance'] }))).toBe(bank.total);
        expect(
          totalOf(await accounts.find((r) => r.owner.startsWith('owner'), { orderBy: { balance: 'desc', id: 'asc' } })),
        ).toBe(bank.total);
        const seen = new Set<number>();
        let total = 0n;
        for await (const { id, balance } of accounts.find()) {
          seen.add(id);
          total += balance;
        }
        expect({ seen: seen.size, total }).toEqual({ seen: ACCOUNTS, total: bank.total });
      }
    });
    expect(bank.pinnedBytes()).toBe(0);
  },
);

test('a count of two halves under a writer at full speed counts every row once in one moment', async () => {
  const bank = await bankOf({ partitions: 3 });
  const accounts = bank.grid.space(Account);
  await underWriter(bank, async () => {
    for (let i = 0; i < READINGS; i++) {
      expect(await accounts.count((r) => r.balance.ge(1000n).or(r.balance.lt(1000n)))).toBe(ACCOUNTS);
      expect(await accounts.count((r) => r.note.isNull().or(r.note.isNotNull()))).toBe(ACCOUNTS);
    }
  });
  expect(bank.pinnedBytes()).toBe(0);
});

test('many readers share snapshots under a writer, and each sees the constant sum', async () => {
  const bank = await bankOf({ partitions: 1 });
  const accounts = bank.grid.space(Account);
  await underWriter(bank, async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        if (i % 2 === 0) return (await accounts.aggregate({ ...whole, where: (r) => r.id.ge(0) }))[0]!.total;
        return totalOf(await accounts.find({}, { select: ['balance'] }));
      }),
    );
    expect(answers).toEqual(answers.map(() => bank.total));
  });
  expect(bank.pinnedBytes()).toBe(0);
});

test('an index proposes the rows of a moment, whatever is written while they are read', async () => {
  const bank = await bankOf({ partitions: 1 });
  const accounts = bank.grid.space(Account);
  await underWriter(bank, async () => {
    for (let i = 0; i < READINGS; i++) {
      for await (const row of accounts.find({ branch: 3 })) expect(row.branch).toBe(3);
      const rich = await accounts.find((r) => r.balance.gt(1050n));
      expect(rich.every((row) => row.balance > 1050n)).toBe(true);
    }
  });
  expect(bank.pinnedBytes()).toBe(0);
});

test('a cursor that is left, stopped, late or failing frees what it held', async () => {
  const bank = await bankOf({ partitions: 3 });
  const accounts = bank.grid.space(Account);
  await underWriter(bank, async () => {
    for await (const _ of accounts.find()) break;

    const stopped = new AbortController();
    const cursor = accounts.find({}, { signal: stopped.signal })[Symbol.asyncIterator]();
    await cursor.next();
    stopped.abort();
    await expect(drain(cursor)).rejects.toMatchObject({ code: 'ABORTED' });

    await expect(accounts.aggregate({ by: ['id'], select: { n: count() } }, { timeout: 1 })).rejects.toMatchObject({
      code: 'TIMEOUT',
    });
    await expect(accounts.change({}, (c) => c.inc('balance', 2n ** 63n - 1n))).rejects.toMatchObject({
      code: 'NUMERIC_OVERFLOW',
    });

    await expect(leaveByError(accounts.find({}, { orderBy: { owner: 'asc' } }))).rejects.toThrow('enough');
    const disposed = accounts.find()[Symbol.asyncIterator]();
    await disposed.next();
    await disposed[Symbol.asyncDispose]();
  });
  expect(bank.pinnedBytes()).toBe(0);
});

test('a reader that holds more than pinnedBytesMax is stopped, and its pages are free again', async () => {
  const bank = await bankOf({ partitions: 1, pinnedBytesMax: 1 << 20 });
  const accounts = bank.grid.space(Account);
  const cursor = accounts.find()[Symbol.asyncIterator]();
  await cursor.next();
  bank.transfer(5000);
  expect(bank.pinnedBytes()).toBeLessThanOrEqual(1 << 20);
  await expect(drain(cursor)).rejects.toMatchObject({ code: 'SNAPSHOT_TOO_OLD' });
  expect(bank.pinnedBytes()).toBe(0);
  expect(await accounts.aggregate(whole)).toEqual([{ n: ACCOUNTS, total: bank.total }]);
});

test('a cursor over rows that are all cleared and written anew gives the old ones', async () => {
  const bank = await bankOf({ partitions: 1, accounts: 20_000 });
  const accounts = bank.grid.space(Account);
  const cursor = accounts.find()[Symbol.asyncIterator]();
  const first = await cursor.next();
  await accounts.clear();
  await accounts.writeMany(Array.from({ length: 20_000 }, (_, id) => ({ id, branch: 1, balance: 0n, owner: 'anew' })));
  const rows = [first.value!, ...(await drain(cursor))];
  expect({ rows: rows.length, total: totalOf(rows) }).toEqual({ rows: 20_000, total: bank.total });
  expect(bank.pinnedBytes()).toBe(0);
});

test('closing the grid ends open cursors with CLOSED and leaves nothing pinned', async () => {
  const bank = await bankOf({ partitions: 1, accounts: 20_000 });
  const cursor = bank.grid.space(Account).find()[Symbol.asyncIterator]();
  await cursor.next();
  bank.transfer(100);
  await bank.grid.close();
  await expect(drain(cursor)).rejects.toMatchObject({ code: 'CLOSED' });
  expect(bank.pinnedBytes()).toBe(0);
});

async function drain<R>(cursor: AsyncIterableIterator<R, undefined>): Promise<R[]> {
  const rows: R[] = [];
  for (let step = await cursor.next(); step.done !== true; step = await cursor.next()) rows.push(step.value);
  return rows;
}

async function leaveByError(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows) throw new Error('enough');
}
