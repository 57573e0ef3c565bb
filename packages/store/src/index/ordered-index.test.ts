import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ModelValues, randomFrom } from './model-rows.fixture.ts';
import { OrderedIndex } from './ordered-index.ts';
import { VALUES_ONLY, type Walk } from './row-order.ts';

/** The index and the plain list of its rows. `perPrefix` values share a prefix; 1 makes prefixes exact. */
class Twin {
  readonly table: ModelValues;
  readonly index: OrderedIndex;
  readonly rows = new Set<number>();
  /** Removals that the index should have made and did not. */
  refused = 0;

  constructor(perPrefix: number) {
    this.table = new ModelValues(perPrefix);
    this.index = new OrderedIndex(this.table);
  }

  /** Gives a row a value; the row leaves if it has it already. */
  put(row: number, value: number | undefined): void {
    const held = this.rows.has(row);
    const same = held && this.table.values[row] === value;
    if (held && !this.index.remove(row)) this.refused++;
    this.rows.delete(row);
    // What a leaving row leaves behind must not be asked for again.
    this.table.values[row] = same ? Number.NaN : value;
    if (same) return;
    this.index.add(row);
    this.rows.add(row);
  }

  expected({ lower, upper, direction }: Walk): number[] {
    const { table } = this;
    const inside = [...this.rows].filter((row) => {
      const low = lower === undefined ? 1 : lower.compareRow(row);
      const high =
        upper === undefined
          ? -1
          : upper === VALUES_ONLY
            ? table.values[row] === undefined
              ? 0
              : -1
            : upper.compareRow(row);
      return (low > 0 || (low === 0 && lower!.inclusive)) && (high < 0 || (high === 0 && upper!.inclusive));
    });
    inside.sort((a, b) => table.compare(a, b) || a - b);
    return direction === 'asc' ? inside : inside.reverse();
  }

  walk(walk: Walk, max = 1_000_000): number[] {
    const into = new Uint32Array(Math.min(max, this.rows.size + 1));
    return [...into.subarray(0, this.index.walk(walk, into, max))];
  }

  check(walk: Walk): void {
    const expected = this.expected(walk);
    expect(this.walk(walk)).toEqual(expected);
    expect([this.index.countRange(walk), this.refused]).toEqual([expected.length, 0]);
  }
}

const value = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -30, max: 30 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const step = fc.tuple(fc.nat(200), value);
const end = fc.option(fc.tuple(value, fc.boolean()), { nil: undefined });
const direction = fc.constantFrom('asc' as const, 'desc' as const);

for (const perPrefix of [1, 7, 1000]) {
  test(`walks and counts any range as a sorted list does, with ${perPrefix} values to a prefix`, () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 400, size: 'max' }),
        fc.array(fc.tuple(end, end, direction), { maxLength: 5 }),
        (steps, ranges) => {
          const twin = new Twin(perPrefix);
          for (const [row, to] of steps) twin.put(row, to);
          twin.check({ direction: 'asc' });
          twin.check({ direction: 'desc', upper: VALUES_ONLY });
          for (const [lower, upper, way] of ranges) {
            twin.check({
              lower: lower && twin.table.bound(...lower),
              upper: upper && twin.table.bound(...upper),
              direction: way,
            });
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  for (const way of ['asc', 'desc'] as const) {
    test(`a walk ${way} in batches goes on rightly while rows change, with ${perPrefix} values to a prefix`, () => {
      const twin = new Twin(perPrefix);
      const random = randomFrom(21);
      const randomValue = () => (random(6) === 0 ? undefined : random(400) - 200);
      for (let row = 0; row < 3_000; row++) twin.put(row, randomValue());
      let batch = twin.walk({ direction: way }, 50);
      while (batch.length > 0) {
        // The position holds the last row's value; the row itself stays, leaves, or gets another value.
        const after = twin.table.position(batch.at(-1)!);
        const place = { value: twin.table.values[after.row], row: after.row };
        if (random(3) > 0) twin.put(after.row, randomValue());
        for (let i = 0; i < 20; i++) twin.put(random(3_000), randomValue());
        batch = twin.walk({ direction: way, after }, 50);
        const rest = twin.expected({ direction: way }).filter((row) => {
          const sign = twin.table.sign(twin.table.values[row], place.value) || row - place.row;
          return way === 'asc' ? sign > 0 : sign < 0;
        });
        expect(batch).toEqual(rest.slice(0, 50));
      }
    });
  }
}

for (const perPrefix of [1, 50]) {
  test(`keeps tens of thousands of rows in order through growth, change and decay, with ${perPrefix} values to a prefix`, () => {
    const twin = new Twin(perPrefix);
    const random = randomFrom(5);
    for (let i = 0; i < 60_000; i++) twin.put(random(40_000), random(10) === 0 ? undefined : random(5_000) - 2_500);
    twin.check({ direction: 'asc' });
    twin.check({ direction: 'desc', lower: twin.table.bound(-100, false), upper: twin.table.bound(1_000, true) });
    for (const row of twin.rows) if (row % 50 !== 0) twin.put(row, twin.table.values[row]);
    twin.check({ direction: 'desc' });
    for (const row of twin.rows) twin.put(row, twin.table.values[row]);
    expect([twin.index.size, twin.walk({ direction: 'asc' })]).toEqual([0, []]);
  });
}

test('asks the table to compare only where prefixes do not settle it', () => {
  let asked = 0;
  const values = Float64Array.from({ length: 5_000 }, (_, row) => 2 ** 53 - 4 + (row % 8));
  const index = new OrderedIndex({
    prefixOf: (row) => values[row]!,
    compare: (a, b) => ++asked && values[a]! - values[b]!,
    exactBelow: 2 ** 53,
  });
  for (let row = 0; row < 5_000; row++) if (values[row]! < 2 ** 53) index.add(row);
  expect(asked).toBe(0);
  for (let row = 0; row < 5_000; row++) if (values[row]! >= 2 ** 53) index.add(row);
  expect(asked).toBeGreaterThan(0);
  expect(index.size).toBe(5_000);
});

test('asks about the further columns of rows that have no value in the first', () => {
  // An index over two columns of which the first is absent everywhere: all prefixes are infinite, the order is the second's.
  const second = [5, 1, 9, 3, 7];
  const index = new OrderedIndex({
    prefixOf: () => Infinity,
    compare: (a, b) => second[a]! - second[b]!,
    exactBelow: 0,
  });
  for (let row = 0; row < 5; row++) index.add(row);
  const lower = { prefix: Infinity, compareRow: (row: number) => second[row]! - 3, inclusive: false };
  const into = new Uint32Array(5);
  expect([...into.subarray(0, index.walk({ lower, direction: 'asc' }, into, 5))]).toEqual([0, 4, 2]);
  expect(index.countRange({ upper: VALUES_ONLY })).toBe(0);
});

test('refuses a row that is there already, as a mistake of ours', () => {
  const twin = new Twin(1);
  twin.put(8, 4);
  twin.put(9, 4);
  expect(() => twin.index.add(8)).toThrow(/already/);
  expect(() => twin.index.add(9)).toThrow(/already/);
  expect(twin.index.size).toBe(2);
});

test('says no to removing a row that is not there', () => {
  const twin = new Twin(1);
  twin.table.values[9] = 4;
  expect(twin.index.remove(9)).toBe(false);
  twin.put(8, 4);
  expect(twin.index.remove(9)).toBe(false);
  expect(twin.walk({ direction: 'asc' })).toEqual([8]);
});

test('fills leaves when rows come in order, in at most fourteen bytes a row', () => {
  const twin = new Twin(1);
  for (let row = 0; row < 50_000; row++) {
    twin.table.values[row] = row;
    twin.index.add(row);
  }
  expect(twin.index.bytes() / 50_000).toBeLessThan(14);
});

test('uses the space of old rows for new ones when rows pass through in order', () => {
  const twin = new Twin(1);
  let full = 0;
  for (let row = 0; row < 60_000; row++) {
    twin.table.values[row] = row;
    twin.index.add(row);
    if (row === 10_000) full = twin.index.bytes();
    if (row >= 10_000) twin.index.remove(row - 10_000);
  }
  expect(twin.index.size).toBe(10_000);
  expect(twin.index.bytes()).toBeLessThan(full * 1.2);
});

test('is empty after clear and can be filled again', () => {
  const twin = new Twin(1);
  for (let row = 0; row < 1_000; row++) twin.put(row, row);
  twin.index.clear();
  twin.rows.clear();
  expect([twin.index.size, twin.walk({ direction: 'asc' })]).toEqual([0, []]);
  twin.put(5, 1);
  expect(twin.walk({ direction: 'desc' })).toEqual([5]);
});
