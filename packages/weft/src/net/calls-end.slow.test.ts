/** Every call over a network ends, whatever becomes of its host: with an answer, definitely without one, or in doubt where it was sent and may have been done. */
import { afterEach, expect, test } from 'vitest';
import { count, defineType, t, WeftError } from '../index.ts';
import { createGrid } from '../create-grid.ts';
import { connect } from './connect.ts';
import { Relay } from './relay.fixture.ts';
import { serve } from './serve.ts';

const columns = { id: t.string(), owner: t.string(), qty: t.int32() };
const Order = defineType('Order', columns, { key: 'id', routing: 'owner' });
const Wider = defineType('Order', { ...columns, note: t.string().optional() }, { key: 'id', routing: 'owner' });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function reached(timeout: number) {
  const grid = await createGrid({ types: [Order], partitions: 2 });
  const host = await serve({ space: 'demo', grid, partitions: 2, port: 0, log: () => undefined });
  const relay = await Relay.open(host.port);
  const remote = await connect(`weft://127.0.0.1:${relay.port}/demo`, { types: [Order], timeout });
  ends.push(
    () => grid.close(),
    () => host.close(),
    () => relay.close(),
    () => remote.close(),
  );
  const orders = remote.space(Order);
  const key = { id: 'a', owner: 'o' };
  await orders.write({ ...key, qty: 1 });
  const row = { ...key, qty: 2 };
  const only = { wait: timeout };
  const reads: Record<string, () => unknown> = {
    get: () => orders.get(key),
    getOrThrow: () => orders.getOrThrow(key),
    getMany: () => orders.getMany([key]),
    ttl: () => orders.ttl(key),
    read: () => orders.read({ id: 'a' }),
    'read that waits': () => orders.read({ id: 'b' }, only),
    find: () => orders.find({}),
    'find, iterated': async () => {
      for await (const _ of orders.find({})) continue;
    },
    explain: () => orders.find({}).explain(),
    count: () => orders.count({}),
    aggregate: () => orders.aggregate({ select: { n: count() } }),
    deadLetters: () => orders.deadLetters(),
    stats: () => remote.stats(),
  };
  const writes: Record<string, () => unknown> = {
    write: () => orders.write(row),
    'write with an id': () => orders.write(row, { idempotencyId: 'w' }),
    writeMany: () => orders.writeMany([row]),
    "writeMany 'each'": () => orders.writeMany([row], { onError: 'each' }),
    "writeMany 'all'": () => orders.writeMany([row], { onError: 'all' }),
    update: () => orders.update(key, { qty: 3 }),
    delete: () => orders.delete(key),
    change: () => orders.change({}, (c) => c.inc('qty', 1)),
    deleteMany: () => orders.deleteMany({ qty: 5 }),
    clear: () => orders.clear(),
    take: () => orders.take({}),
    revive: () => orders.revive(key),
    atomic: () => remote.atomic((b) => [b.write(Order, row)]),
    evolve: () => remote.evolve(Wider, { timeout }),
  };
  /** They may end either way: what they waited for first decides. */
  const either: Record<string, () => unknown> = {
    'take that waits': () => orders.take({ id: 'b' }, only),
    transaction: () => remote.transaction((tx) => tx.space(Order).update(key, { qty: 4 })),
    'transaction with an id': () =>
      remote.transaction((tx) => tx.space(Order).write(row), { idempotencyId: 't', timeout }),
    flush: () => remote.flush(),
    setMemory: () => remote.setMemory('512MB'),
    setQuota: () => remote.setQuota(Order, '100MB'),
  };
  return { relay, host, reads, writes, either, remote };
}

/** How each ended: its code and whether that is definite. */
async function endsOf(calls: Record<string, () => unknown>): Promise<Record<string, string>> {
  const told = Object.entries(calls).map(async ([name, call]) => {
    const how = await (async () => call())().then(
      () => 'answered',
      (error: unknown) => (WeftError.is(error) ? `${error.code}, ${error.outcome}` : String(error)),
    );
    return [name, how] as const;
  });
  return Object.fromEntries(await Promise.all(told));
}

const all = (calls: Record<string, unknown>, how: unknown): object =>
  Object.fromEntries(Object.keys(calls).map((name) => [name, how]));

test('where the host cannot be reached, all end by their timeout, and nothing was done', async () => {
  const { relay, ...calls } = await reached(300);
  await relay.close();
  for (const some of [calls.reads, calls.writes, calls.either])
    expect(await endsOf(some)).toEqual(all(some, 'TIMEOUT, definite'));
});

test('where the host is silent, reads end definitely, and writes in doubt', async () => {
  const { relay, reads, writes, either } = await reached(300);
  relay.holdAnswers();
  const [read, written, others] = await Promise.all([endsOf(reads), endsOf(writes), endsOf(either)]);
  expect(read).toEqual(all(reads, 'TIMEOUT, definite'));
  expect(written).toEqual(all(writes, 'OUTCOME_UNKNOWN, in-doubt'));
  expect(others).toEqual(all(either, expect.stringMatching(/^(TIMEOUT, definite|OUTCOME_UNKNOWN, in-doubt)$/)));
});

test('where another host answers, which knows nothing of them, reads are asked again and writes are in doubt', async () => {
  const { relay, reads, writes, either } = await reached(20_000);
  const grid = await createGrid({ types: [Order], partitions: 2 });
  const other = await serve({ space: 'demo', grid, partitions: 2, port: 0, log: () => undefined });
  ends.push(
    () => grid.close(),
    () => other.close(),
  );
  relay.holdAnswers();
  delete reads['read that waits'];
  delete either['take that waits'];
  const ending = Promise.all([endsOf(reads), endsOf(writes), endsOf(either)]);
  await new Promise((resolve) => setTimeout(resolve, 300));
  relay.turnTo(other.port);
  const [read, written, others] = await ending;
  // A find that had begun is another find elsewhere.
  const readAgain = expect.stringMatching(/^(answered|NOT_FOUND, definite|UNREACHABLE, definite)$/);
  expect(read).toEqual(all(reads, readAgain));
  expect(written).toEqual({
    ...all(writes, 'OUTCOME_UNKNOWN, in-doubt'),
    // It is known by its id that it was not done there.
    'write with an id': 'answered',
  });
  expect(others).toEqual(
    all(either, expect.stringMatching(/^(answered|OUTCOME_UNKNOWN, in-doubt|TRANSACTION_CONFLICT, definite)$/)),
  );
});

test('where the grid is closed, what runs ends at once', async () => {
  const { relay, reads, writes, either, remote } = await reached(20_000);
  relay.holdAnswers();
  const ending = Promise.all([endsOf(reads), endsOf(writes), endsOf(either)]);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await remote.close();
  const [read, written, others] = await ending;
  expect(read).toEqual(all(reads, 'CLOSED, definite'));
  expect(written).toEqual(all(writes, 'OUTCOME_UNKNOWN, in-doubt'));
  expect(others).toEqual(all(either, expect.stringMatching(/^(CLOSED, definite|OUTCOME_UNKNOWN, in-doubt)$/)));
});
