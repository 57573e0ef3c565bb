import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashes, ModelKeys, randomFrom } from './model-rows.fixture.ts';
import { PartOrder } from './part-order.ts';
import { UniqueHashIndex } from './unique-hash-index.ts';

/** The index and a Map, changed together. Keys are hashed by `hash`; rows are numbered as they come. */
class Twin {
  readonly index = new UniqueHashIndex();
  readonly model = new Map<number, number>();
  readonly table = new ModelKeys();
  /** Changes that the index should have made and did not. */
  refused = 0;
  readonly #hash: (key: number) => number;

  constructor(hash: (key: number) => number) {
    this.#hash = hash;
  }

  find(key: number): number {
    return this.index.find(this.#hash(key), this.table.for(key));
  }

  /** Inserts an absent key, moves or removes a present one. */
  toggle(key: number, move: boolean): void {
    const row = this.model.get(key);
    const fresh = this.table.keys.length;
    if (row === undefined || move) this.table.keys.push(key);
    if (row === undefined) this.index.insert(this.#hash(key), fresh);
    else if (move) this.refused += Number(!this.index.relocate(this.#hash(key), row, fresh));
    else this.refused += Number(!this.index.remove(this.#hash(key), row));
    if (row !== undefined && !move) this.model.delete(key);
    else this.model.set(key, fresh);
  }

  check(keys: Iterable<number>): void {
    expect([this.index.size, this.refused]).toEqual([this.model.size, 0]);
    let wrong = 0;
    for (const key of keys) if (this.find(key) !== (this.model.get(key) ?? -1)) wrong++;
    expect(wrong).toBe(0);
  }
}

for (const [name, hash] of Object.entries(hashes)) {
  test(`finds what a Map finds after any changes, with hashes: ${name}`, () => {
    const step = fc.tuple(fc.nat(40), fc.boolean());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const twin = new Twin(hash);
        for (const [key, move] of steps) twin.toggle(key, move);
        twin.check(Array.from({ length: 41 }, (_, key) => key));
      }),
      { numRuns: 200 },
    );
  });

  test(`finds what a Map finds while thousands of keys come and go, with hashes: ${name}`, () => {
    const keys = name === 'good' || name.startsWith('one partition') ? 25_000 : 1_000;
    const random = randomFrom(7);
    const twin = new Twin(hash);
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < keys; i++) twin.toggle(random(keys), random(8) === 0);
      twin.check(twin.table.keys.slice(0, keys));
    }
  });
}

test('says no to removing or moving a row that is not there under that hash', () => {
  const index = new UniqueHashIndex();
  index.insert(5, 1);
  expect(index.remove(5, 2)).toBe(false);
  expect(index.remove(6, 1)).toBe(false);
  expect(index.relocate(5, 2, 3)).toBe(false);
  expect(index.size).toBe(1);
});

test('holds the highest row number', () => {
  const index = new UniqueHashIndex();
  const asked: number[] = [];
  index.insert(0xdead_beef, 0xffff_fffe);
  const found = index.find(0xdead_beef, { matches: (row) => asked.push(row) > 0 });
  expect([found, asked]).toEqual([0xffff_fffe, [0xffff_fffe]]);
});

test('asks the table about rows of the same hash only', () => {
  const { index, table } = filled(100_000, hashes['good']!);
  const random = randomFrom(3);
  let asked = 0;
  let found = 0;
  const probe = { matches: (row: number) => ++asked > 0 && table.matches(row) };
  for (let i = 0; i < 10_000; i++) {
    const key = random(100_000);
    table.for(key);
    if (index.find(hashes['good']!(key), probe) === key) found++;
    if (index.candidate(hashes['good']!(key)) === key) found++;
  }
  expect([found, asked]).toEqual([20_000, 10_000]);
});

test('gives a row of the same hash as a candidate, whether it has the key or not', () => {
  const { index } = filled(2, () => 42);
  expect([0, 1]).toContain(index.candidate(42));
  expect(index.candidate(43)).toBe(-1);
});

test('takes no more than eleven bytes a row at any size, plus the smallest segments', () => {
  const index = new UniqueHashIndex();
  let worst = 0;
  for (let row = 0; row < 200_000; row++) {
    index.insert(hashes['good']!(row), row);
    if (row > 20_000 && row % 1000 === 0) worst = Math.max(worst, index.bytes() / row);
  }
  expect(worst).toBeGreaterThan(8);
  expect(worst).toBeLessThan(11);
});

test('gives memory back when rows leave, and starts anew after clear', () => {
  const { index } = filled(100_000, hashes['good']!);
  const full = index.bytes();
  for (let row = 0; row < 95_000; row++) index.remove(hashes['good']!(row), row);
  expect(index.bytes()).toBeLessThan(full / 4);
  index.clear();
  expect([index.size, index.bytes() < 2000]).toEqual([0, true]);
  index.insert(1, 1);
  expect(index.find(1, { matches: () => true })).toBe(1);
});

test('goes on growing when thousands of keys have one hash and no split can part them', () => {
  const { index, table } = filled(10_000, () => 42);
  expect(index.find(42, table.for(9_999))).toBe(9_999);
  expect(index.find(42, table.for(10_000))).toBe(-1);
  expect(index.bytes()).toBeLessThan(10_000 * 11);
});

function filled(rows: number, hash: (key: number) => number): { index: UniqueHashIndex; table: ModelKeys } {
  const index = new UniqueHashIndex();
  const table = new ModelKeys();
  for (let row = 0; row < rows; row++) {
    table.keys.push(row);
    index.insert(hash(row), row);
  }
  return { index, table };
}

test('a row is entered unless one with its hash is there, also when the index grows for it', () => {
  const index = new UniqueHashIndex();
  const rows = Array.from({ length: 20_000 }, (_, row) => row);
  expect(rows.every((row) => index.insertNew(Math.imul(row, 0x9e37_79b1), row))).toBe(true);
  expect(rows.some((row) => index.insertNew(Math.imul(row, 0x9e37_79b1), row + 1))).toBe(false);
  expect(index.size).toBe(rows.length);
  expect(rows.filter((row) => index.candidate(Math.imul(row, 0x9e37_79b1)) !== row)).toEqual([]);
});

test('an index that was told how many rows come holds them as one that was not, in no more memory', () => {
  const rows = 60_000;
  const told = new UniqueHashIndex();
  let pauses = 0;
  for (const _ of told.reserve(rows, { isOver: () => true })) pauses++;
  expect(pauses).toBeGreaterThan(0);
  const reserved = told.bytes();
  const untold = new UniqueHashIndex();
  const keys = Array.from({ length: rows }, (_, row) => hashes['good']!(row));
  for (const [row, hash] of keys.entries()) {
    told.insert(hash, row);
    untold.insert(hash, row);
  }
  expect(told.bytes() - reserved).toBeLessThan(reserved / 20);
  expect(told.bytes()).toBeLessThan(11 * rows);
  for (const [row, hash] of keys.entries()) expect(told.find(hash, { matches: (at) => at === row })).toBe(row);
  expect(told.size).toBe(untold.size);
  for (const [row, hash] of keys.entries()) expect(told.remove(hash, row)).toBe(true);
  for (const _ of told.reserve(10, { isOver: () => true })) throw new Error('a few rows need no room');
});

test.each([0, 1, 300, 200_000])('%i rows that come in bulk are found as others are', (rows) => {
  const one = new UniqueHashIndex();
  const bulk = new UniqueHashIndex();
  const slice = { isOver: () => true };
  for (const _ of bulk.reserve(rows, slice));
  const into = new PartOrder({ rows, indexRows: rows }, (hash, row) => bulk.insert(hash, row));
  const random = randomFrom(3);
  const known = Int32Array.from({ length: rows }, () => random(2 ** 32));
  for (let from = 0; from < rows; from += 200) {
    const numbers = Int32Array.from({ length: Math.min(200, rows - from) }, (_, at) => from + at);
    if (into.add(known.subarray(from, from + numbers.length), numbers)) for (const _ of into.flush(slice));
  }
  for (const _ of into.flush(slice));
  for (let row = 0; row < rows; row++) one.insert(known[row]!, row);
  let wrong = 0;
  for (let row = 0; row < rows; row++) {
    const isRow = { matches: (candidate: number) => candidate === row };
    if (bulk.find(known[row]!, isRow) !== one.find(known[row]!, isRow)) wrong++;
  }
  expect([bulk.size, wrong]).toEqual([rows, 0]);
});
