import type { Slot } from './constants.ts';

/** How a kernel finds the record of a row's group. Part of the shape. */
export type GroupShape =
  /** Key columns with few values: the record's number is (code₀ · size₁ + code₁) · size₂ + …, an absent value comes last. */
  | { readonly mode: 'direct'; readonly keys: readonly DirectKey[] }
  /** The values side by side in one i64, looked up by extendible hashing: see `emit-probe.ts`. */
  | { readonly mode: 'hash'; readonly keys: readonly PackedKey[] };

export interface DirectKey {
  readonly input: number;
  /** Holds the number of codes, that of the absent value included. */
  readonly size: Slot;
}

export interface PackedKey {
  readonly input: number;
  /** Bits of the value. An optional input has one more below, set where the value is absent. */
  readonly bits: 8 | 16 | 32 | 64;
}

/** Records of a direct array at most: 2^16, so that clearing and reading it stay cheap. */
export const DIRECT_GROUPS_MAX = 65_536;
/** Records that a segment has room for, a power of two, and those it may hold: dividing it takes some 10 µs. */
export const SEGMENT_RECORDS = 512;
export const SEGMENT_RECORDS_MAX = 320;
/** A segment begins with three u32: the records it holds, how many hash bits they share, and those bits. */
export const SEGMENT_HEADER_BYTES = 16;
/** Hash bits that choose the segment, at most. Keys that agree in more of them are against all odds, or chosen by an adversary. */
export const DIRECTORY_BITS_MAX = 16;
/** 2^64 / golden ratio, odd: the multiplier of Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4). */
export const HASH_MULTIPLIER = 0x9e37_79b9_7f4a_7c15n;

/** Whether the absent value has no room in the key: a 64-bit column alone. It has a record of its own. */
export function hasNullRecord(keys: readonly PackedKey[]): boolean {
  return keys.length === 1 && keys[0].bits === 64;
}
