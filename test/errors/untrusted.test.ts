import { createGrid, WeftError, type ErrorCode, type Grid } from 'weft';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { badValues, revoked, Sample, throwing } from './bad-values.ts';
import { SECRET } from './provocations.ts';

type Verbs = Record<string, (...args: unknown[]) => unknown>;

let grid: Grid;
let handles: readonly [string, Verbs][];
beforeAll(async () => {
  grid = await createGrid({ types: [Sample], partitions: 2 });
  handles = [
    ['space', grid.space(Sample) as unknown as Verbs],
    ['local', grid.local(Sample) as unknown as Verbs],
  ];
  await grid.space(Sample).write({ id: 1, name: 'as it was', doc: { a: 1 }, tags: ['a'] });
});
afterAll(() => grid.close());

/** The call's error, which must be ours, or the test fails with whatever else came. */
async function failure(call: () => unknown): Promise<WeftError> {
  try {
    await call();
  } catch (error) {
    if (WeftError.is(error)) return error;
    throw error;
  }
  throw new Error('the value got in');
}

function expectNamed(error: WeftError, code: ErrorCode, column: string): void {
  expect({ code: error.code, message: error.message }).toEqual({
    code,
    message: expect.stringContaining(`Sample.${column}`),
  });
  expect(error.message).not.toContain(SECRET);
  expect(JSON.stringify(error.details)).not.toContain(SECRET);
}

async function expectUnchanged(): Promise<void> {
  expect(await grid.space(Sample).find({}, { select: ['id', 'name', 'doc', 'tags'] })).toEqual([
    { id: 1, name: 'as it was', doc: { a: 1 }, tags: ['a'] },
  ]);
}

test.each(badValues)('$what in $column is refused by write, update and change', async ({ column, code, make }) => {
  for (const [, verbs] of handles) {
    expectNamed(await failure(() => verbs['write']!({ id: 1, [column]: make() })), code, column);
    expectNamed(await failure(() => verbs['update']!(1, { [column]: make() })), code, column);
    const set = (change: { set(name: string, value: unknown): unknown }): unknown => change.set(column, make());
    expectNamed(await failure(() => verbs['change']!({ id: 1 }, set)), code, column);
  }
  await expectUnchanged();
});

/** Integers and float32s compare with numbers beyond their range. */
function isComparable({ column, code }: (typeof badValues)[number]): boolean {
  return code === 'VALUE_OUT_OF_RANGE' && ['small', 'whole', 'big', 'single'].includes(column);
}

const badInQuestions = badValues.filter((value) => !isComparable(value));

test.each(badInQuestions)('$what in $column is refused by templates and predicates', async ({ column, code, make }) => {
  for (const [, verbs] of handles) {
    for (const verb of ['find', 'count', 'deleteMany']) {
      expectNamed(await failure(() => verbs[verb]!({ [column]: make() })), code, column);
      const equal = (row: Record<string, { eq(value: unknown): unknown }>): unknown => row[column]!.eq(make());
      expectNamed(await failure(() => verbs[verb]!(equal)), code, column);
      const among = (row: Record<string, { in(values: unknown): unknown }>): unknown => row[column]!.in([make()]);
      expectNamed(await failure(() => verbs[verb]!(among)), code, column);
    }
  }
  await expectUnchanged();
});

test.each(badValues.filter(isComparable))('$what in $column equals nothing', async ({ column, make }) => {
  const equal = (row: Record<string, { eq(value: unknown): unknown }>): unknown => row[column]!.eq(make());
  const among = (row: Record<string, { in(values: unknown): unknown }>): unknown => row[column]!.in([make()]);
  await grid.space(Sample).write({ id: 2, name: 'zero', small: 0, whole: 0, big: 0n, single: 0 });
  for (const [, verbs] of handles)
    for (const where of [{ [column]: make() }, equal, among])
      for (const verb of ['count', 'deleteMany']) expect(await verbs[verb]!(where)).toBe(0);
  await grid.space(Sample).delete(2);
  await expectUnchanged();
});

test.each(badValues)('writeMany names row, key and column of $what in $column', async ({ column, code, make }) => {
  for (const [, verbs] of handles) {
    const rows = (): object[] => [{ id: 7 }, { id: 8, [column]: make() }, { id: 9 }];
    for (const onError of ['stop', 'all']) {
      const error = await failure(() => verbs['writeMany']!(rows(), { onError }));
      expectNamed(error, code, column);
      expect(error.details).toMatchObject({ row: 1, key: 'id 8', column, written: onError === 'all' ? 0 : 1 });
      await verbs['delete']!(7);
      await expectUnchanged();
    }
    const { written, rejected } = (await verbs['writeMany']!(rows(), { onError: 'each' })) as {
      written: number;
      rejected: { index: number; key: unknown; error: WeftError }[];
    };
    expect([written, rejected.length, rejected[0]!.index, rejected[0]!.key]).toEqual([2, 1, 1, 8]);
    expectNamed(rejected[0]!.error, code, column);
    expect([await verbs['delete']!(7), await verbs['delete']!(9)]).toEqual([true, true]);
  }
  await expectUnchanged();
});

/** What is wrong with a row as a whole. */
const badRows: readonly (readonly [string, ErrorCode, string, () => unknown])[] = [
  ['null', 'VALUE_INVALID', 'null', () => null],
  ['a text', 'VALUE_INVALID', 'string', () => SECRET],
  ['a list', 'VALUE_INVALID', 'an array', () => [1]],
  ['a promise of a row', 'VALUE_INVALID', 'await', () => Promise.resolve({ id: 8 })],
  ['what throws whatever is asked', 'VALUE_INVALID', 'Sample', revoked],
  ['a getter that throws', 'VALUE_INVALID', 'Sample.name', () => throwing('name', { id: 8 })],
  ['a key that throws', 'VALUE_INVALID', 'Sample.id', () => throwing('id')],
  ['no key', 'VALUE_MISSING', 'Sample.id', () => ({ name: 'x' })],
  ['null for a value', 'VALUE_INVALID', 'Sample.name', () => ({ id: 8, name: null })],
  ['an unknown column', 'COLUMN_UNKNOWN', 'nmae', () => ({ id: 8, nmae: 'x' })],
  ['an unknown column of a megabyte', 'COLUMN_UNKNOWN', 'Sample', () => ({ id: 8, ['n'.repeat(1 << 20)]: 'x' })],
  ['another prototype', 'COLUMN_UNKNOWN', '__proto__', () => JSON.parse('{"id": 8, "__proto__": {"name": "x"}}')],
  ['a constructor', 'COLUMN_UNKNOWN', 'constructor', () => JSON.parse('{"id": 8, "constructor": {"prototype": {}}}')],
];

test.each(badRows)('a row that is or has %s is refused with %s', async (_, code, named, make) => {
  for (const [, verbs] of handles) {
    for (const error of [
      await failure(() => verbs['write']!(make())),
      await failure(() => verbs['writeMany']!([make()])),
      await failure(() => verbs['writeMany']!([{ id: 7 }, make()], { onError: 'all' })),
    ]) {
      expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(named) });
      expect(error.message).not.toContain(SECRET);
      expect(error.message.length).toBeLessThan(1000);
    }
    const answer = await verbs['writeMany']!([make()], { onError: 'each' });
    expect(answer).toMatchObject({ written: 0, rejected: [{ index: 0, error: { code } }] });
  }
  await expectUnchanged();
});

test('patches, templates and keys that throw, or bring a prototype, are refused by name', async () => {
  const proto = (): unknown => JSON.parse('{"__proto__": {"name": "x"}}');
  for (const [, verbs] of handles) {
    for (const [code, named, call] of [
      ['VALUE_INVALID', 'Sample.name', () => verbs['update']!(1, throwing('name'))],
      ['VALUE_INVALID', 'Sample', () => verbs['update']!(1, revoked())],
      ['COLUMN_UNKNOWN', '__proto__', () => verbs['update']!(1, proto())],
      ['VALUE_INVALID', 'Sample.name', () => verbs['find']!(throwing('name'))],
      ['VALUE_INVALID', 'Sample.id', () => verbs['get']!(revoked())],
      ['COLUMN_UNKNOWN', '__proto__', () => verbs['find']!(proto())],
      ['COLUMN_UNKNOWN', '__proto__', () => verbs['change']!(proto(), (c: unknown) => c)],
    ] as const) {
      const error = await failure(call);
      expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(named) });
      expect(error.message).not.toContain(SECRET);
    }
  }
  await expectUnchanged();
});

test('names that every object has are data inside a document, and reach no prototype', async () => {
  const samples = grid.space(Sample);
  const doc = JSON.parse('{"a": {"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}}');
  await samples.write({ id: 2, doc });
  await samples.change({ id: 2 }, (c) => c.at('doc', '__proto__' as never, 'polluted' as never).set(true as never));
  const { doc: stored } = await samples.getOrThrow(2);
  expect(JSON.stringify(stored)).toContain('"__proto__":{"polluted":true}');
  expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
  expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  expect(await samples.delete(2)).toBe(true);
});

test('a list of values with a hole is refused', async () => {
  // oxlint-disable-next-line no-sparse-arrays -- the case
  const holes = [1, , 3] as number[];
  const error = await failure(() => grid.space(Sample).find((r) => r.whole.in(holes)));
  expect({ code: error.code, message: error.message }).toEqual({
    code: 'PREDICATE_INVALID',
    message: expect.stringContaining('Sample.whole'),
  });
});
