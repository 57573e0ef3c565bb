import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HashIndex } from './hash-index.ts';
import { goodHash, hashes, ModelKeys, randomFrom } from './model-rows.fixture.ts';

/** The index and a Map of sets, changed together. */
class Twin {
  readonly index = new HashIndex();
  readonly model = new Map<number, Set<number>>();
  readonly table = new ModelKeys();
  readonly #hash: (value: number) => number;
  /** Removals that the index should have made and did not. */
  refused = 0;
  readonly #into = new Uint32Array(100_000);

  constructor(hash: (value: number) => number) {
    this.#hash = hash;
  }

  /** Gives a row a value, or takes its value away if it has that one. */
  put(row: number, value: number): void {
    const old = this.table.keys[row];
    if (old !== undefined) this.#take(row, old);
    if (old === value) return;
    this.table.keys[row] = value;
    this.index.add(this.#hash(value), row, this.table.for(value));
    let rows = this.model.get(value);
    if (rows === undefined) this.model.set(value, (rows = new Set()));
    rows.add(row);
  }

  check(values: Iterable<number>): void {
    expect([this.index.groups, this.refused]).toEqual([this.model.size, 0]);
    for (const value of values) {
      const rows = this.model.get(value) ?? new Set<number>();
      expect(this.index.count(this.#hash(value), this.table.for(value))).toBe(rows.size);
      expect(this.rowsOf(value)).toEqual([...rows].sort(ascending));
      const first = this.index.first(this.#hash(value), this.table.for(value));
      expect(rows.size === 0 ? first === -1 : rows.has(first)).toBe(true);
    }
  }

  rowsOf(value: number): number[] {
    const count = this.index.collect(this.#hash(value), this.table.for(value), this.#into, this.#into.length);
    return [...this.#into.subarray(0, count)].sort(ascending);
  }

  #take(row: number, value: number): void {
    if (!this.index.remove(this.#hash(value), row, this.table.for(value))) this.refused++;
    Reflect.deleteProperty(this.table.keys, row);
    const rows = this.model.get(value)!;
    rows.delete(row);
    if (rows.size === 0) this.model.delete(value);
  }
}

for (const [name, hash] of Object.entries(hashes)) {
  test(`groups rows as a Map of sets does, with hashes: ${name}`, () => {
    const step = fc.tuple(fc.nat(60), fc.nat(12));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const twin = new Twin(hash);
        for (const [row, value] of steps) twin.put(row, value);
        twin.check(Array.from({ length: 13 }, (_, value) => value));
      }),
      { numRuns: 200 },
    );
  });
}

test('groups tens of thousands of rows, a third of them under one value', () => {
  const twin = new Twin(goodHash);
  const random = randomFrom(11);
  for (let i = 0; i < 80_000; i++) twin.put(random(40_000), random(3) === 0 ? 0 : random(8_000));
  twin.check([0, 1, 2, 3, 500, 7_999, 8_000]);
});

test('collects as many rows as asked for and fit, each once', () => {
  const { index, table } = groupOf(1_000);
  const some = new Uint32Array(300);
  expect(index.collect(7, table.for(7), some, 250)).toBe(250);
  expect(index.collect(7, table.for(7), some, 1_000)).toBe(300);
  const all = new Uint32Array(1_200);
  expect(index.collect(7, table.for(7), all, 1_200)).toBe(1_000);
  expect(new Set(all.subarray(0, 1_000)).size).toBe(1_000);
});

test('says no to removing a row of a value that no row has', () => {
  const { index, table } = groupOf(1);
  expect(index.remove(8, 0, table.for(8))).toBe(false);
  expect(index.size).toBe(1);
});

test('gives the memory of links back when rows leave', () => {
  const { index, table } = groupOf(50_000);
  const full = index.bytes();
  for (let row = 0; row < 49_000; row++) index.remove(7, row, table.for(7));
  expect(index.bytes()).toBeLessThan(full / 8);
  expect(index.count(7, table.for(7))).toBe(1_000);
  index.clear();
  expect([index.size, index.groups, index.bytes() < 2000]).toEqual([0, 0, true]);
});

test('takes no memory for ranges of rows that it does not hold', () => {
  const table = new ModelKeys();
  const index = new HashIndex();
  table.keys[3_000_000] = 7;
  index.add(7, 3_000_000, table.for(7));
  expect(index.bytes()).toBeLessThan(20_000);
});

function groupOf(rows: number): { index: HashIndex; table: ModelKeys } {
  const index = new HashIndex();
  const table = new ModelKeys();
  for (let row = 0; row < rows; row++) {
    table.keys[row] = 7;
    index.add(7, row, table.for(7));
  }
  return { index, table };
}

function ascending(a: number, b: number): number {
  return a - b;
}
