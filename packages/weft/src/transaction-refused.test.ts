import { createGrid, defineType, t, type Grid } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Account, failure, key, openAccounts, pause } from './transaction.fixture.ts';

let grid: Grid;
beforeEach(async () => {
  grid = await openAccounts();
});
afterEach(() => grid.close());

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
