import { assert, murmur3, murmur3Int64, murmur3String } from '@weft/base';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import type { Decimal } from '../value/decimal.ts';
import { unscaledOf } from './cells.ts';
import { daysOfDate } from './date.ts';
import { writeLocal } from './local-timestamp.ts';
import { writeMillis } from './timestamp.ts';
import { UUID_BYTES, writeUuid } from './uuid.ts';

/**
 * Where a row lives: value → routing bytes → murmur3_x86_32 → slot → partition. Specified bit for bit, with test
 * vectors, in `docs/routing.md`: clients, servers and other languages must agree, and stored rows depend on it.
 *
 * | kind                                | routing bytes                                                 |
 * |-------------------------------------|---------------------------------------------------------------|
 * | string, enum                        | UTF-8                                                         |
 * | bool                                | 0 or 1 as an int64                                            |
 * | int16, int32, int64                 | int64                                                         |
 * | decimal                             | the unscaled value at the column's scale, as an int64         |
 * | date                                | days since 1970-01-01, as an int64                            |
 * | timestamp, localTimestamp           | microseconds since 1970-01-01T00:00:00, as an int64           |
 * | uuid                                | its 16 bytes in text order                                    |
 * | bytes                               | as they are                                                   |
 *
 * An int64 is eight bytes, little-endian, two's complement.
 */
export const SLOTS = 4096;

/** Hash of a checked value, a uint32; `seed` chains the columns of a compound key (see `murmur3.ts`). */
export type Hasher = (value: unknown, seed: number) => number;

/** The slot of a row, 0 to SLOTS - 1, by the checked value of its routing column. */
export function slotOf(column: ColumnSchema, value: unknown): number {
  return hashOfValue(column.kind, value) & (SLOTS - 1);
}

/** The partition of a slot: slots are dealt out in runs of equal length, give or take one. */
export function partitionOf(slot: number, partitions: number): number {
  return Math.floor((slot * partitions) / SLOTS);
}

/** Which of a space's partitions one host has: some that follow each other. Within the host they are numbered from 0. */
export interface PartitionShare {
  /** Number of its first among all. */
  readonly first: number;
  /** How many there are over all hosts. */
  readonly total: number;
}

/** murmur3 of the routing bytes of a checked value, a uint32. */
export function hashOfValue(kind: Kind, value: unknown, seed = 0): number {
  return hasherOf(kind)(value, seed);
}

/**
 * `hashOfValue` for one kind: fetched once, outside the loop. Floats hash as their eight bytes as a double: they cannot
 * be keys, but they can be indexed. Arrays and json have no hash.
 */
export function hasherOf(kind: Kind): Hasher {
  switch (kind.name) {
    case 'string':
    case 'enum':
      return hashText as Hasher;
    case 'bool':
    case 'int16':
    case 'int32':
      return hashInt32 as Hasher;
    case 'date':
      return hashDate as Hasher;
    case 'int64':
      return hashBigint as Hasher;
    case 'decimal':
      return decimalHasher(kind.scale);
    case 'timestamp':
      return (kind.as === 'date' ? hashInstant : hashBigint) as Hasher;
    case 'localTimestamp':
      return hashLocal as Hasher;
    case 'uuid':
      return hashUuid as Hasher;
    case 'bytes':
      return hashBytes as Hasher;
    case 'float32':
    case 'float64':
      return hashDouble as Hasher;
    default:
      return assert(false, `a ${kind.name} has no hash`) as never;
  }
}

const int64 = new BigInt64Array(1);
const double = new Float64Array(int64.buffer);
const halves = new Int32Array(int64.buffer);
const uuidBytes = new Uint8Array(UUID_BYTES);

function hashText(text: string, seed: number): number {
  return murmur3String(text, seed);
}

/** Sign extension makes the high half; booleans become 0 and 1. */
function hashInt32(value: number | boolean, seed: number): number {
  const low = Number(value) | 0;
  return murmur3Int64(low, low >> 31, seed);
}

function hashDate(text: string, seed: number): number {
  return hashInt32(daysOfDate(text), seed);
}

function hashBigint(value: bigint, seed: number): number {
  int64[0] = value;
  return murmur3Int64(halves[0], halves[1], seed);
}

function decimalHasher(scale: number): Hasher {
  return (value, seed) => hashBigint(unscaledOf(value as Decimal, scale), seed);
}

function hashInstant(value: Date, seed: number): number {
  writeMillis(halves, 0, value.getTime());
  return murmur3Int64(halves[0], halves[1], seed);
}

function hashLocal(text: string, seed: number): number {
  writeLocal(halves, 0, text);
  return murmur3Int64(halves[0], halves[1], seed);
}

function hashDouble(value: number, seed: number): number {
  double[0] = value;
  return murmur3Int64(halves[0], halves[1], seed);
}

function hashUuid(text: string, seed: number): number {
  writeUuid(uuidBytes, 0, text);
  return murmur3(uuidBytes, 0, UUID_BYTES, seed);
}

function hashBytes(value: Uint8Array, seed: number): number {
  return murmur3(value, 0, value.length, seed);
}
