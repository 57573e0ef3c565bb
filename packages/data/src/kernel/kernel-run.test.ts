import { AssertionError } from '@weft/base';
import { expect, test, vi } from 'vitest';
import { finishAggregate } from '../evaluate/finish-aggregate.ts';
import { NaiveAggregate } from '../evaluate/naive-aggregate.ts';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import { GroupSegments } from './group-segments.ts';
import { HASH_MULTIPLIER } from './group-shape.ts';
import { DIVIDED_PER_STEP, KernelRun } from './kernel-run.ts';
import type { KernelFragment } from './fragment.ts';
import { RECORDS_PER_SPAN } from './read-records.ts';
import { lowerAggregate } from './lower-aggregate.ts';
import { lowerFilter } from './lower-filter.ts';
import { type Fixture, fixture, segments, testSchema } from './pages.fixture.ts';

const schema = testSchema(
  {
    n: { name: 'int32' },
    big: { name: 'int64' },
    x: { name: 'float64' },
    side: { name: 'enum', members: ['sell', 'buy'] },
    symbol: { name: 'string' },
    doc: { name: 'json' },
  },
  ['big', 'side'],
);

/** Pages of rows [n, big, x, side, symbol, doc], all live. */
function tableOf(pages: readonly (readonly unknown[])[][]): Fixture {
  return fixture(
    schema,
    pages.map((rows) => ({ rows, live: rows.map(() => true) })),
  );
}

function lowered(table: Fixture, plan: AggregatePlan): KernelFragment {
  const fragment = lowerAggregate(schema, plan, table.dictionaries);
  expect(fragment).toBeDefined();
  return fragment!;
}

function runPages(table: Fixture, fragment: KernelFragment, pages: readonly number[]): KernelRun {
  const run = new KernelRun(fragment, segments);
  for (const page of pages) run.page(table.kernelPage(page, fragment.inputs));
  return run;
}

const full = (page: number, make: (row: number) => unknown[]): unknown[][] =>
  Array.from({ length: ROWS_PER_PAGE }, (_, row) => make(page * ROWS_PER_PAGE + row));

const count: AggregatePlan['select'] = [{ name: 'rows', fn: 'count' }];
const sums: AggregatePlan['select'] = [
  { name: 'rows', fn: 'count' },
  { name: 'least', fn: 'min', column: 'n' },
  { name: 'total', fn: 'sum', column: 'big' },
];

test('a table of groups grows as often as it must, and no row is lost or counted twice', () => {
  const groups = 20_000;
  const pages = [0, 1, 2].map((page) =>
    full(page, (row) => [row, row % 7 === 0 ? undefined : BigInt(row % groups) * -(2n ** 40n), 0, 'buy', '', null]),
  );
  const table = tableOf(pages);
  const plan: AggregatePlan = { by: ['big'], select: sums, orderBy: [{ column: 'big', direction: 'asc' }] };
  const run = runPages(table, lowered(table, plan), [0, 1, 2]);
  const naive = new NaiveAggregate(schema, plan, table.readers);
  for (const page of [0, 1, 2]) for (const row of table.liveRows(page)) naive.add(row);
  expect(finishAggregate(plan, run.partial())).toEqual(finishAggregate(plan, naive.partial));
  run.close();
});

test('more groups than the bound are refused', () => {
  const table = tableOf([full(0, (row) => [row, 0n, 0, 'buy', '', null])]);
  const fragment = lowered(table, { by: ['n'], select: count });
  const run = new KernelRun(fragment, segments, 1000);
  expect(() => run.page(table.kernelPage(0, fragment.inputs))).toThrow(
    /Sample: grouping by n gives more than 1000 groups/,
  );
  run.close();
});

test('a plan of the same shape reuses the compiled code, whatever its constants', () => {
  const table = tableOf([[[1, 1n, 0, 'buy', 'A', null]]]);
  const plan = (value: number, values: bigint[], text: string): AggregatePlan => ({
    by: ['symbol'],
    select: sums,
    where: {
      op: 'and',
      args: [
        { op: 'gt', column: 'n', value },
        { op: 'in', column: 'big', values },
        { op: 'startsWith', column: 'symbol', value: text },
      ],
    },
  });
  const module = lowered(table, plan(0, [1n, 2n], 'A')).module;
  expect(lowered(table, plan(77, [3n, 4n, 5n], 'Z')).module).toBe(module);
  expect(lowered(table, { ...plan(0, [1n], 'A'), by: [] }).module).not.toBe(module);
});

test('a run does not see what the one before left in the working memory', () => {
  const table = tableOf([
    full(0, (row) => [row % 50, BigInt(row), row, 'sell', String(row % 9), null]),
    [[1, undefined, 2, undefined, '1', null]],
  ]);
  for (const by of [[], ['n'], ['symbol', 'side'], ['big']]) {
    const plan: AggregatePlan = { by, select: sums };
    const fragment = lowered(table, plan);
    runPages(table, fragment, [0]).close();
    const run = runPages(table, fragment, [1]);
    const [row, ...more] = finishAggregate(plan, run.partial());
    expect(more).toEqual([]);
    expect(row).toMatchObject({ rows: 1, least: 1, total: undefined });
    run.close();
  }
});

test('pages that kernels cannot read are added row by row to the same partial', () => {
  const page = (from: number): unknown[][] =>
    full(from, (row) => [row % 100, BigInt(row), 0, 'buy', String(row % 3), null]);
  const table = tableOf([page(0), page(1)]);
  const plan: AggregatePlan = { by: ['symbol'], select: sums, orderBy: [{ column: 'symbol', direction: 'asc' }] };
  const run = runPages(table, lowered(table, plan), [0]);
  const mixed = new NaiveAggregate(schema, plan, table.readers);
  for (const row of table.liveRows(1)) mixed.add(row);
  mixed.partial.merge(run.partial());
  const whole = runPages(table, lowered(table, plan), [0, 1]);
  expect(finishAggregate(plan, mixed.partial)).toEqual(finishAggregate(plan, whole.partial()));
  run.close();
  whole.close();
});

test('a page of strings that are no codes is our mistake, and caught', () => {
  const table = tableOf([[[1, 1n, 0, 'buy', 'A', null]]]);
  const fragment = lowered(table, { by: ['symbol'], select: count });
  const run = new KernelRun(fragment, segments);
  const page = { ...table.kernelPage(0, fragment.inputs), dictionary: fragment.inputs.map(() => false) };
  expect(() => run.page(page)).toThrow(AssertionError);
  run.close();
});

test('a code that the dictionary did not have when the plan was lowered stops the run', () => {
  const table = tableOf([[[1, 1n, 0, 'buy', 'A', null]]]);
  const fragment = lowerAggregate(schema, { by: ['symbol'], select: count }, () => ({
    length: 0,
    codeOf: () => -1,
    get: String,
  }))!;
  const run = new KernelRun(fragment, segments);
  const page = table.kernelPage(0, fragment.inputs);
  new DataView(segments[page.segment].buffer).setUint16(page.cells[0], 5, true);
  expect(() => run.page(page)).toThrow(/unreachable/);
  run.close();
});

test('what kernels cannot do is left to the naive evaluator', () => {
  const lower = (plan: Partial<AggregatePlan>): unknown =>
    lowerAggregate(schema, { by: [], select: count, ...plan }, () => undefined);
  expect(lower({})).toBeDefined();
  expect(lower({ by: ['symbol'] })).toBeUndefined();
  expect(lower({ by: ['x'] })).toBeUndefined();
  expect(lower({ by: ['big', 'n'] })).toBeUndefined();
  expect(lower({ select: [{ name: 'd', fn: 'countDistinct', column: 'n' }] })).toBeUndefined();
  expect(lower({ where: { op: 'eq', column: 'doc', path: ['a'], value: 1 } })).toBeUndefined();
  expect(lower({ where: { op: 'in', column: 'n', values: Array.from({ length: 257 }, (_, n) => n) } })).toBeUndefined();
});

test('a filter does what it can and leaves the other conjuncts to be checked', () => {
  const onDoc = { op: 'eq', column: 'doc', path: ['a'], value: 1 } as const;
  const onNumber = { op: 'gt', column: 'n', value: 1 } as const;
  const mixed = lowerFilter(schema, { op: 'and', args: [onDoc, onNumber] }, () => undefined);
  expect(mixed?.inputs).toEqual([0]);
  expect(mixed?.residual).toEqual(onDoc);
  expect(lowerFilter(schema, onNumber, () => undefined)?.residual).toBeUndefined();
  expect(lowerFilter(schema, { op: 'or', args: [onDoc, onNumber] }, () => undefined)).toBeUndefined();
});

test('enums with more members than a signed cell could count keep their order', () => {
  const members = Array.from({ length: 40_000 }, (_, member) => `m${member}`);
  const wide = testSchema({ e: { name: 'enum', members } }, []);
  const rows = [['m0'], ['m32767'], ['m32768'], ['m39999']];
  const table = fixture(wide, [{ rows, live: rows.map(() => true) }]);
  const where = { op: 'ge', column: 'e', value: 'm32768' } as const;
  const plan: AggregatePlan = { by: [], where, select: [...count, { name: 'top', fn: 'max', column: 'e' }] };
  const fragment = lowerAggregate(wide, plan, () => undefined)!;
  const run = runPages(table, fragment, [0]);
  expect(finishAggregate(plan, run.partial())).toEqual([{ rows: 2, top: 'm39999' }]);
  run.close();
});

test('a run is drained in portions, which together are its partial', () => {
  const table = tableOf([full(0, (row) => [row % 7000, undefined, 0, undefined, '', null])]);
  const plan: AggregatePlan = { by: ['n'], select: sums, orderBy: [{ column: 'n', direction: 'asc' }] };
  const fragment = lowered(table, plan);
  const run = runPages(table, fragment, [0]);
  const portions = new NaiveAggregate(schema, plan, table.readers).partial;
  let most = 0;
  for (let isMore = true, before = 0; isMore; before = portions.groups.length) {
    isMore = run.drain(portions);
    most = Math.max(most, portions.groups.length - before);
  }
  expect(most).toBeLessThanOrEqual(RECORDS_PER_SPAN);
  const again = runPages(table, fragment, [0]);
  expect(finishAggregate(plan, portions)).toEqual(finishAggregate(plan, again.partial()));
  expect(portions.groups.length).toBe(7000);
  run.close();
  again.close();
});

test('a page of many new groups is done in steps of a few divided segments each', () => {
  const table = tableOf([0, 1, 2].map((page) => full(page, (row) => [row, undefined, 0, undefined, '', null])));
  const plan: AggregatePlan = { by: ['n'], select: sums };
  const fragment = lowered(table, plan);
  const partial = new NaiveAggregate(schema, plan, table.readers).partial;
  const divide = vi.spyOn(GroupSegments.prototype, 'makeRoom');
  const run = new KernelRun(fragment, segments);
  let most = 0;
  for (const page of [0, 1, 2]) {
    run.open(table.kernelPage(page, fragment.inputs));
    for (let isMore = true; isMore;) {
      const before = divide.mock.calls.length;
      isMore = run.step(partial);
      most = Math.max(most, divide.mock.calls.length - before);
    }
  }
  expect(divide.mock.calls.length).toBeGreaterThan(50);
  expect(most).toBeLessThanOrEqual(DIVIDED_PER_STEP);
  divide.mockRestore();
  expect(run.partial().groups.length).toBe(3 * ROWS_PER_PAGE);
  run.close();
});

test('keys whose hashes agree in the bits that choose the segment are counted all the same', () => {
  const keys = Array.from({ length: 3000 }, (_, n) => keyOfHash((0xabcdn << 48n) | (BigInt(n) << 20n)));
  const table = tableOf([full(0, (row) => [row, row % 9 === 0 ? undefined : keys[row % 3000], 0, 'buy', '', null])]);
  const select = sums.slice(0, 2);
  const plan: AggregatePlan = { by: ['big'], select, orderBy: [{ column: 'big', direction: 'asc' }] };
  const makeRoom = vi.spyOn(GroupSegments.prototype, 'makeRoom');
  const run = runPages(table, lowered(table, plan), [0]);
  expect(makeRoom).toHaveReturnedWith(false);
  makeRoom.mockRestore();
  const naive = new NaiveAggregate(schema, plan, table.readers);
  for (const row of table.liveRows(0)) naive.add(row);
  expect(finishAggregate(plan, run.partial())).toEqual(finishAggregate(plan, naive.partial));
  run.close();
});

/** The key that kernels hash to these 64 bits: both multiplications and the fold between them can be undone. */
function keyOfHash(hash: bigint): bigint {
  let inverse = HASH_MULTIPLIER;
  // Newton's iteration doubles the bits that are right; an odd number is its own inverse modulo 8.
  for (let bits = 3; bits < 64; bits *= 2) inverse = BigInt.asUintN(64, inverse * (2n - HASH_MULTIPLIER * inverse));
  const folded = BigInt.asUintN(64, hash * inverse);
  return BigInt.asIntN(64, (folded ^ (folded >> 32n)) * inverse);
}
