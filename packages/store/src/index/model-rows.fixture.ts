/** Test help: a stand-in for the table that indexes ask. */
import type { KeyProbe } from './key-probe.ts';
import type { Bound, Position, RowOrder } from './row-order.ts';

/** A pseudo-random generator (xorshift32), so that a failing run can be repeated from its seed. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Scatters a small integer over 32 bits (the finaliser of murmur3). */
export function goodHash(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Hash functions from good to as bad as can be. */
export const hashes: Readonly<Record<string, (value: number) => number>> = {
  good: goodHash,
  'one partition of 4,096': (value) => (goodHash(value) & 0xffff_f000) | 0x123,
  'four bits': (value) => goodHash(value) & 0xf,
  'high bits only': (value) => (value << 24) >>> 0,
  'all zero': () => 0,
  'all ones': () => 0xffff_ffff,
};

/** Keys by row, with a probe for them. */
export class ModelKeys implements KeyProbe {
  readonly keys: number[] = [];
  wanted = 0;

  matches(row: number): boolean {
    return this.keys[row] === this.wanted;
  }

  for(key: number): this {
    this.wanted = key;
    return this;
  }
}

/** Values by row, `undefined` for none; rows whose value is not in the index must never be asked for. */
export class ModelValues implements RowOrder {
  readonly values: (number | undefined)[] = [];
  /** How many values share a prefix. */
  readonly #perPrefix: number;
  readonly exactBelow: number;

  constructor(perPrefix: number) {
    this.#perPrefix = perPrefix;
    this.exactBelow = perPrefix === 1 ? Infinity : 0;
  }

  prefixOf(row: number): number {
    return this.prefix(this.values[row]);
  }

  compare(a: number, b: number): number {
    return this.sign(this.values[a], this.values[b]);
  }

  prefix(value: number | undefined): number {
    return value === undefined ? Infinity : Math.floor(value / this.#perPrefix);
  }

  sign(a: number | undefined, b: number | undefined): number {
    if (a === b) return 0;
    if (a === undefined) return 1;
    return b === undefined || a < b ? -1 : 1;
  }

  bound(value: number | undefined, inclusive: boolean): Bound {
    return { prefix: this.prefix(value), compareRow: (row) => this.sign(this.values[row], value), inclusive };
  }

  position(row: number): Position {
    const value = this.values[row];
    return { prefix: this.prefix(value), compareRow: (other) => this.sign(this.values[other], value), row };
  }
}
