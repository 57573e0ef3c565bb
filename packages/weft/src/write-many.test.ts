import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGrid, defineType, t, WeftError, type Grid, type LocalSpace, type Space } from './index.ts';

const User = defineType(
  'User',
  { org: t.string().default('o'), id: t.int32(), email: t.string(), age: t.int16().optional(), version: t.version() },
  { key: ['org', 'id'], routing: 'org', indexes: [{ on: ['org', 'email'], kind: 'unique', name: 'email' }] },
);
type Row = { id: number; email: string; age?: number };

let grid: Grid;
let users: Space<typeof User>;
let local: LocalSpace<typeof User>;
beforeEach(async () => {
  grid = await createGrid({ types: [User], partitions: 3 });
  users = grid.space(User);
  local = grid.local(User);
  await users.writeMany([user(1), user(2)]);
});
afterEach(() => grid.close());

function user(id: number, email = `u${id}@x`): Row {
  return { id, email };
}

async function* streamed(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) {
    await Promise.resolve();
    yield row;
  }
}

async function failure(run: () => unknown): Promise<WeftError> {
  try {
    await run();
  } catch (error) {
    if (WeftError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Both handles, and rows as an array and as a stream. */
const ways: readonly [string, (rows: readonly Row[], options: object) => unknown][] = [
  ['an array', (rows, options) => users.writeMany(rows, options)],
  ['a stream', (rows, options) => users.writeMany(streamed(rows), options)],
  ['the local handle', (rows, options) => local.writeMany(rows, options)],
];

test.each(ways)(
  "by %s, 'each' writes the good rows and lists the bad ones with index, key and error",
  async (_, write) => {
    const rows = [user(3), { id: 4, email: 5 } as never, user(5, 'u1@x'), { email: 'x' } as never, user(1, 'new@x')];
    const answer = (await write(rows, { onError: 'each' })) as { rejected: { index: number; error: WeftError }[] };
    expect(answer).toMatchObject({ written: 2, inserted: 1, replaced: 1 });
    expect(
      answer.rejected.map(({ error, ...rest }) => ({ ...rest, code: error.code, details: error.details })),
    ).toEqual([
      {
        index: 1,
        key: { org: 'o', id: 4 },
        code: 'VALUE_INVALID',
        details: expect.objectContaining({ row: 1, key: 'org "o", id 4', column: 'email' }),
      },
      {
        index: 2,
        key: { org: 'o', id: 5 },
        code: 'UNIQUE_VIOLATION',
        details: expect.objectContaining({ row: 2, key: 'org "o", id 5', index: 'email' }),
      },
      { index: 3, code: 'VALUE_MISSING', details: expect.objectContaining({ row: 3, column: 'id' }) },
    ]);
    expect(answer.rejected[0]!.error.message).toMatch(/^Row 1 \(org "o", id 4\): User\.email: expected /);
    expect((await users.find({}, { orderBy: { id: 'asc' } })).map(({ email }) => email)).toEqual([
      'new@x',
      'u2@x',
      'u3@x',
    ]);
  },
);

test.each(ways)("by %s, 'each' answers with an empty list where every row is good", async (_, write) => {
  expect(await write([user(3)], { onError: 'each' })).toEqual({ written: 1, inserted: 1, replaced: 0, rejected: [] });
});

test.each(ways)("by %s, 'each' gives up after REJECTED_ROWS_MAX bad rows and says so", async (_, write) => {
  const rows = [user(3), ...Array.from({ length: 1001 }, (__, id) => ({ id }) as never), user(4)];
  const error = await failure(() => write(rows, { onError: 'each' }));
  expect(error).toMatchObject({ code: 'ROWS_REJECTED', details: { row: 1001, rejected: 1000, written: 1 } });
  expect((error.cause as AggregateError).errors).toHaveLength(1000);
  expect(await users.count()).toBe(3);
});

test.each(ways)("by %s, 'all' writes nothing where one row is bad, whatever is wrong with it", async (_, write) => {
  const before = await users.find({}, { orderBy: { id: 'asc' } });
  const bad: readonly [string, unknown, string?][] = [
    ['VALUE_INVALID', { id: 4, email: 5 }],
    ['VALUE_MISSING', { id: 4 }],
    ['COLUMN_UNKNOWN', { ...user(4), mail: 'x' }],
    ['UNIQUE_VIOLATION', user(4, 'u2@x')],
    ['UNIQUE_VIOLATION', user(4, 'u3@x')],
    ['VALUE_INVALID', 'a row'],
  ];
  for (const [code, row] of bad) {
    const error = await failure(() => write([user(3), user(1, 'changed@x'), row as Row, user(6)], { onError: 'all' }));
    expect(error).toMatchObject({ code, details: { row: 2, written: 0 } });
    expect(error.message).toContain('None of the rows were written.');
    expect(await users.find({}, { orderBy: { id: 'asc' } })).toEqual(before);
  }
  expect(await write([user(3), user(1, 'changed@x')], { onError: 'all' })).toEqual({
    written: 2,
    inserted: 1,
    replaced: 1,
  });
});

test.each(ways)(
  "by %s, a key that is there twice is the later row's, and with onConflict 'fail' an error",
  async (_, write) => {
    const rows = [user(3, 'first@x'), user(3, 'second@x')];
    for (const onError of ['stop', 'all', 'each']) expect(await write(rows, { onError })).toMatchObject({ written: 2 });
    expect((await users.getOrThrow({ org: 'o', id: 3 })).email).toBe('second@x');
    await users.delete({ org: 'o', id: 3 });
    const stopped = await failure(() => write(rows, { onConflict: 'fail' }));
    expect(stopped).toMatchObject({ code: 'KEY_EXISTS', details: { row: 1, key: 'org "o", id 3', written: 1 } });
    await users.delete({ org: 'o', id: 3 });
    const none = await failure(() => write(rows, { onConflict: 'fail', onError: 'all' }));
    expect(none).toMatchObject({ code: 'KEY_EXISTS', details: { row: 1, key: 'org "o", id 3', written: 0 } });
    expect(await failure(() => write([user(1)], { onConflict: 'fail', onError: 'all' }))).toMatchObject({
      code: 'KEY_EXISTS',
    });
    expect(await users.count()).toBe(2);
    expect(await write(rows, { onConflict: 'fail', onError: 'each' })).toMatchObject({
      written: 1,
      rejected: [{ index: 1 }],
    });
  },
);

test("'all' takes back thousands of rows over several turns, and leaves what others wrote meanwhile", async () => {
  const rows = Array.from({ length: 20_000 }, (_, id) => user(id));
  const call = failure(() => users.writeMany([...rows, user(30_000, 'u7@x')], { onError: 'all' }));
  let seen = 0;
  while (seen === 0) {
    await new Promise((resolve) => setImmediate(resolve));
    seen = local.get({ org: 'o', id: 100 })?.version ?? 0;
  }
  local.update({ org: 'o', id: 100 }, { age: 40 });
  expect(await call).toMatchObject({ code: 'UNIQUE_VIOLATION', details: { row: 20_000, written: 1 } });
  expect((await users.find({}, { orderBy: { id: 'asc' } })).map(({ id, age, version }) => [id, age, version])).toEqual([
    [1, undefined, 1],
    [2, undefined, 1],
    [100, 40, 2],
  ]);
});

test("'all' that is stopped by its signal writes nothing", async () => {
  const stop = new AbortController();
  const rows = Array.from({ length: 20_000 }, (_, id) => user(id));
  const call = failure(() => users.writeMany(rows, { onError: 'all', signal: stop.signal }));
  while (local.count() < 100) await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  expect(await call).toMatchObject({ code: 'ABORTED', details: { written: 0 } });
  expect(local.count()).toBe(2);
});

test("up to WRITE_AT_ONCE_ROWS rows of an 'all' are seen together or not at all", async () => {
  const call = users.writeMany(
    Array.from({ length: 500 }, (_, n) => user(n + 10)),
    { onError: 'all' },
  );
  const counts = new Set<number>();
  let isDone = false;
  void call.then(() => (isDone = true));
  while (!isDone) {
    counts.add(local.count());
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([...counts].every((count) => count === 2 || count === 502)).toBe(true);
});

test("'all' refuses more rows, or more bytes, than it can hold back, and ends the source", async () => {
  let asked = 0;
  let isEnded = false;
  async function* endless(): AsyncGenerator<Row> {
    try {
      for (;;) yield user(asked++);
    } finally {
      isEnded = true;
    }
  }
  expect(await failure(() => users.writeMany(endless(), { onError: 'all' }))).toMatchObject({
    code: 'BATCH_TOO_LARGE',
    message: expect.stringContaining('WRITE_ALL_ROWS_MAX, 100000'),
  });
  expect([asked, isEnded, local.count()]).toEqual([100_001, true, 2]);
  const long = 'x'.repeat(1 << 20);
  const huge = Array.from({ length: 65 }, (_, id) => user(id, `${id}${long}`));
  expect(await failure(() => users.writeMany(huge, { onError: 'all' }))).toMatchObject({
    code: 'BATCH_TOO_LARGE',
    message: expect.stringContaining('WRITE_ALL_UNITS_MAX'),
  });
});

test('onError takes three words', async () => {
  const error = await failure(() => users.writeMany([], { onError: 'none' as never }));
  expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringContaining("'stop', 'all' or 'each'") });
  expect(await failure(() => local.writeMany([], { onEror: 'all' } as never))).toMatchObject({
    code: 'OPTION_INVALID',
  });
});
