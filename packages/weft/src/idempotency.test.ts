import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrid, Decimal, defineType, t, WeftError, type Grid } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';

const Account = defineType(
  'Account',
  {
    id: t.string(),
    balance: t.decimal(18, 2),
    note: t.string().optional(),
    at: t.timestamp().optional(),
    version: t.version(),
  },
  { key: 'id' },
);
const Order = defineType(
  'Order',
  { id: t.id(), account: t.string(), qty: t.int64() },
  { key: 'id', routing: 'account' },
);
const Ticket = defineType('Ticket', { id: t.id(), what: t.string() }, { key: 'id' });
const Event = defineType('Event', { what: t.string() });
const Session = defineType('Session', { id: t.string(), n: t.int32() }, { key: 'id', ttl: '1h' });
const types = [Account, Order, Ticket, Event, Session];

let dir: string;
let grid: Grid;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'weft-once-'));
  grid = await createGrid({ types, partitions: 3, dataDir: dir });
  await grid.space(Account).write({ id: 'a', balance: Decimal.from('10') });
});
afterEach(async () => {
  await grid.close();
  await rm(dir, { recursive: true });
});

async function restart(): Promise<void> {
  await grid.flush();
  await grid.close();
  grid = await createGrid({ types, partitions: 3, dataDir: dir });
}

async function codeOf(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (WeftError.is(error)) return error.code;
    throw error;
  }
  return '';
}

const at = new Date(1_700_000_000_000);
const calls: Readonly<Record<string, (idempotencyId: string) => Promise<unknown>>> = {
  write: (idempotencyId) =>
    grid.space(Account).write({ id: 'b', balance: Decimal.from('2.50'), at }, { idempotencyId }),
  'write of a row with an id': (idempotencyId) =>
    grid.space(Order).write({ account: 'a', qty: 1n }, { idempotencyId, onConflict: 'fail' }),
  'write of a row that may go anywhere': (idempotencyId) => grid.space(Ticket).write({ what: 'w' }, { idempotencyId }),
  'write of a row with a hidden key': (idempotencyId) => grid.space(Event).write({ what: 'w' }, { idempotencyId }),
  update: (idempotencyId) => grid.space(Account).update('a', { note: 'n' }, { idempotencyId }),
  'update of nothing': (idempotencyId) => grid.space(Account).update('z', { note: 'n' }, { idempotencyId }),
  change: (idempotencyId) =>
    grid.space(Account).change({ id: 'a' }, (c) => c.inc('balance', Decimal.from('1.00')), { idempotencyId }),
  delete: (idempotencyId) => grid.space(Account).delete('a', { idempotencyId }),
  'local verbs': async (idempotencyId) => grid.local(Account).update('a', { note: 'n' }, { idempotencyId }),
  'write with a ttl': (idempotencyId) => grid.space(Session).write({ id: 's', n: 1 }, { ttl: '1m', idempotencyId }),
  'atomic with a ttl': (idempotencyId) =>
    grid.atomic(
      (b) => [b.write(Session, { id: 's', n: 2 }, { ttl: '2m' }), b.update(Session, 's', { n: 3 }, { ttl: '1m' })],
      { idempotencyId },
    ),
  atomic: (idempotencyId) =>
    grid.atomic(
      (b) => [
        b.write(Ticket, { what: 'first' }),
        b.update(Account, 'a', { balance: Decimal.from('1') }),
        b.delete(Account, 'a'),
        b.write(Event, { what: 'second' }),
      ],
      { idempotencyId },
    ),
  'atomic of rows that may go anywhere': (idempotencyId) =>
    grid.atomic((b) => [b.write(Ticket, { what: 'first' }), b.write(Event, { what: 'second' })], { idempotencyId }),
  transaction: (idempotencyId) =>
    grid.transaction(
      async (tx) => {
        const account = await tx.space(Account).getOrThrow('a');
        return [await tx.space(Account).update('a', { balance: account.balance.add(account.balance) }), 5n, at];
      },
      { idempotencyId },
    ),
};

test.each(Object.entries(calls))(
  '%s with an id is done once, and answered the same, also after a restart',
  async (_, call) => {
    const first = await call('one');
    const rows = grid.stats().rows;
    const account = grid.local(Account).get('a');
    expect(await call('one')).toStrictEqual(first);
    await restart();
    expect(await call('one')).toStrictEqual(first);
    await restart();
    expect(await call('one')).toStrictEqual(first);
    expect(grid.stats().rows).toBe(rows);
    expect(grid.local(Account).get('a')).toStrictEqual(account);
    expect(grid.stats().idempotency.ids).toBe(1);
  },
);

test('an id that was used for another call is refused, also after a restart', async () => {
  const idempotencyId = 'one';
  const accounts = grid.space(Account);
  await accounts.write({ id: 'b', balance: Decimal.from('2.50') }, { idempotencyId });
  await accounts.write({ id: 'b', balance: Decimal.from('2.5') }, { idempotencyId });
  for (let run = 0; run < 2; run++) {
    const { write, delete: remove, update } = { ...bound() };
    expect(await codeOf(write({ id: 'b', balance: Decimal.from('3') }, { idempotencyId }))).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
    expect(await codeOf(write({ id: 'b', balance: Decimal.from('2.5') }, { idempotencyId, onConflict: 'fail' }))).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
    expect(await codeOf(remove('b', { idempotencyId }))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await codeOf(update('b', { balance: Decimal.from('2.5') }, { idempotencyId }))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await codeOf(grid.transaction(() => 1, { idempotencyId }))).toBe('IDEMPOTENCY_MISMATCH');
    expect(await codeOf(grid.atomic((b) => [b.delete(Account, 'b')], { idempotencyId }))).toBe('IDEMPOTENCY_MISMATCH');
    await restart();
  }
  expect(grid.local(Account).get('b')?.version).toBe(1);
});

function bound(): Pick<ReturnType<typeof grid.space<typeof Account>>, 'write' | 'delete' | 'update'> {
  const accounts = grid.space(Account);
  return {
    write: (row, options) => accounts.write(row, options),
    delete: (key, options) => accounts.delete(key, options),
    update: (key, patch, options) => accounts.update(key, patch, options),
  };
}

test('a call that failed is not remembered', async () => {
  const idempotencyId = 'one';
  const accounts = grid.space(Account);
  const write = () => accounts.write({ id: 'a', balance: Decimal.from('1') }, { idempotencyId, onConflict: 'fail' });
  expect(await codeOf(write())).toBe('KEY_EXISTS');
  await accounts.delete('a');
  expect(await write()).toMatchObject({ id: 'a', version: 1 });
  const atomic = () =>
    grid.atomic(
      (b) => [
        b.write(Account, { id: 'a', balance: Decimal.from('5') }),
        b.update(Account, 'a', { note: 'n' }, { ifVersion: 9 }),
      ],
      {
        idempotencyId: 'two',
      },
    );
  expect(await codeOf(atomic())).toBe('VERSION_CONFLICT');
  expect(await codeOf(atomic())).toBe('VERSION_CONFLICT');
  expect(grid.local(Account).get('a')?.version).toBe(1);
  expect(grid.stats().idempotency.ids).toBe(1);
});

test('of two transactions with one id at a time one is done, and both get its answer', async () => {
  let runs = 0;
  const call = () =>
    grid.transaction(
      async (tx) => {
        runs++;
        await new Promise((resolve) => setImmediate(resolve));
        await tx.space(Event).write({ what: `${runs}` });
        return runs;
      },
      { idempotencyId: 'one' },
    );
  const answers = await Promise.all([call(), call()]);
  expect(runs).toBe(2);
  expect(answers[0]).toBe(answers[1]);
  expect(grid.local(Event).count()).toBe(1);
});

test('what cannot be kept or named is refused before anything is done', async () => {
  const accounts = grid.space(Account);
  const idempotencyId = 'one';
  expect(await codeOf(accounts.delete('a', { idempotencyId: '' }))).toBe('OPTION_INVALID');
  expect(await codeOf(accounts.delete('a', { idempotencyId: 'x'.repeat(129) }))).toBe('OPTION_INVALID');
  expect(await codeOf(accounts.delete('a', { idempotencyId: 1 as never }))).toBe('OPTION_INVALID');
  expect(await codeOf(accounts.change({ note: 'n' }, (c) => c.unset('note'), { idempotencyId }))).toBe(
    'OPTION_INVALID',
  );
  expect(await codeOf(accounts.count({}, { idempotencyId } as never))).toBe('OPTION_INVALID');
  const answer = (value: unknown) =>
    grid.transaction(
      async (tx) => {
        await tx.space(Account).delete('a');
        return value;
      },
      { idempotencyId },
    );
  expect(await codeOf(answer(new Map()))).toBe('OPTION_INVALID');
  expect(await codeOf(answer('x'.repeat(1 << 20)))).toBe('TRANSACTION_TOO_LARGE');
  expect(grid.local(Account).count()).toBe(1);
});

test('in a grid with little memory fewer ids are remembered, so that they never take the room of rows', async () => {
  await using small = await createGrid({ types: [Session], memory: '32MiB', segmentBytes: 1 << 24 });
  const sessions = small.local(Session);
  const before = small.stats().memory.usedBytes;
  for (let n = 0; n < 20_000; n++) sessions.write({ id: 'one', n }, { idempotencyId: `${n} `.padEnd(120, 'x') });
  const { idempotency, memory } = small.stats();
  expect(idempotency.forgotten).toBe(20_000 - idempotency.ids);
  expect(idempotency.ids).toBeGreaterThan(5000);
  expect(idempotency.ids).toBeLessThan(15_000);
  expect(memory.usedBytes - before).toBeGreaterThan(idempotency.units);
});
