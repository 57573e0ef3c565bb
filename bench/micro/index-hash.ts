import { HashIndex } from '../../packages/store/src/index/hash-index.ts';
import { UniqueHashIndex } from '../../packages/store/src/index/unique-hash-index.ts';
import { best, hashOf, longestCall, perCall, printLine, shuffled } from './index-report.ts';

const VALUES = 500;

/** Integer keys by row. */
class Keys {
  readonly cells: Float64Array;
  wanted = 0;

  constructor(rows: number, keyOf: (row: number) => number) {
    this.cells = Float64Array.from({ length: rows }, (_, row) => keyOf(row));
  }

  matches(row: number): boolean {
    return this.cells[row] === this.wanted;
  }
}

export function benchHash(rows: number): void {
  benchUnique(rows);
  benchGroups(rows);
}

function benchUnique(rows: number): void {
  const keys = new Keys(rows, (row) => row * 7 + 3);
  let index = new UniqueHashIndex();
  const insertRow = (row: number) => index.insert(hashOf(keys.cells[row]!), row);
  const longest = longestCall(rows, () => {
    index = new UniqueHashIndex();
    return insertRow;
  });
  index = new UniqueHashIndex();
  const insert = perCall(rows, insertRow);
  const order = shuffled(rows);
  const lookUp = (offset: number) => (i: number) => {
    keys.wanted = order[i]! * 7 + offset;
    found += index.find(hashOf(keys.wanted), keys);
  };
  let found = 0;
  const hit = best(() => perCall(rows, lookUp(3)));
  const miss = best(() => perCall(rows, lookUp(4)));
  const base = best(() =>
    perCall(rows, (i) => {
      keys.wanted = order[i]! * 7 + 3;
      found += hashOf(keys.wanted) + Number(keys.matches(order[i]!));
    }),
  );
  const churn = perCall(rows, (i) => {
    const row = order[i]!;
    const hash = hashOf(keys.cells[row]!);
    index.remove(hash, row);
    index.insert(hash, row);
  });
  const figures = {
    insert,
    hit,
    miss,
    base,
    'remove+insert': churn,
    'B/row': index.bytes() / rows,
    'longest ms': longest,
  };
  printLine('UniqueHashIndex', rows, { ...figures, checksum: String(found % 97) });
}

function benchGroups(rows: number): void {
  const keys = new Keys(rows, (row) => hashOf(row) % VALUES);
  const index = new HashIndex();
  const add = (row: number) => {
    keys.wanted = keys.cells[row]!;
    index.add(hashOf(keys.wanted), row, keys);
  };
  const adding = perCall(rows, add);
  const longest = longestCall(rows, () => {
    index.clear();
    return add;
  });
  const order = shuffled(rows);
  const move = perCall(rows, (i) => {
    const row = order[i]!;
    keys.wanted = keys.cells[row]!;
    index.remove(hashOf(keys.wanted), row, keys);
    keys.wanted = keys.cells[row] = (keys.cells[row]! + 1) % VALUES;
    index.add(hashOf(keys.wanted), row, keys);
  });
  const into = new Uint32Array(rows);
  const collect = perCall(VALUES, (value) => {
    keys.wanted = value;
    index.collect(hashOf(value), keys, into, rows);
  });
  const figures = {
    add: adding,
    move,
    'collect/row': collect / (rows / VALUES),
    'B/row': index.bytes() / rows,
    'longest ms': longest,
  };
  printLine('HashIndex', rows, figures);
}
