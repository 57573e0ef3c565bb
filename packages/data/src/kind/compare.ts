import { assert, unreachable } from '@weft/base';
import type { Kind, ScalarKind } from '../type/schema.ts';
import type { Decimal } from '../value/decimal.ts';
import { equalJson } from './compare-json.ts';
import { compareStrings } from './compare-strings.ts';
import { enumPositions } from './enum.ts';

export { compareStrings };

/** Negative, zero or positive as `a` is before, equal to or after `b`. Both are checked values of one kind, not absent. */
export type Comparator = (a: unknown, b: unknown) => number;

/** Whether two checked values of one kind are equal. */
export type Equality = (a: unknown, b: unknown) => boolean;

/**
 * The total order of a kind: numbers, decimals, dates and times by size; strings by code point, which is the order of
 * their UTF-8; enums by position in the declaration; uuid and bytes by their bytes; false before true; arrays element
 * by element, a prefix first. Json has equality only.
 */
export function compareValues(kind: Kind, a: unknown, b: unknown): number {
  return comparatorOf(kind)(a, b);
}

/** `compareValues` for one kind: fetched once, outside the loop. */
export function comparatorOf(kind: Kind): Comparator {
  switch (kind.name) {
    case 'bool':
      return compareBools as Comparator;
    case 'int16':
    case 'int32':
    case 'float32':
    case 'float64':
      return compareNumbers as Comparator;
    case 'int64':
      return compareBigints as Comparator;
    case 'decimal':
      return compareDecimals as Comparator;
    case 'timestamp':
      return (kind.as === 'date' ? compareDates : compareBigints) as Comparator;
    // All of these are ASCII in a form whose text order is the order of the values.
    case 'date':
    case 'localTimestamp':
    case 'uuid':
      return compareAscii as Comparator;
    case 'string':
      return compareStrings as Comparator;
    case 'enum':
      return enumComparator(kind.members);
    case 'bytes':
      return compareBytes as Comparator;
    case 'array':
      return arrayComparator(kind.element);
    case 'json':
      return assert(false, 'json values have no order: compare scalars at a path') as never;
    default:
      return unreachable(kind, 'a kind without an order');
  }
}

/** Whether two checked values of the kind are equal: decimals by number, json deeply and whatever the order of properties. */
export function equalValues(kind: Kind, a: unknown, b: unknown): boolean {
  return equalityOf(kind)(a, b);
}

/** `equalValues` for one kind: fetched once, outside the loop. */
function equalityOf(kind: Kind): Equality {
  switch (kind.name) {
    case 'json':
      return equalJson;
    case 'decimal':
    case 'timestamp':
    case 'bytes':
    case 'array': {
      const compare = comparatorOf(kind);
      return (a, b) => compare(a, b) === 0;
    }
    default:
      return identical;
  }
}

function identical(a: unknown, b: unknown): boolean {
  return a === b;
}

function compareBools(a: boolean, b: boolean): number {
  return Number(a) - Number(b);
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareDecimals(a: Decimal, b: Decimal): number {
  return a.compare(b);
}

function compareDates(a: Date, b: Date): number {
  return a.getTime() - b.getTime();
}

function compareAscii(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function enumComparator(members: readonly string[]): Comparator {
  const positions = enumPositions(members);
  return (a, b) => (positions.get(a as string) ?? -1) - (positions.get(b as string) ?? -1);
}

/** From here a native call is quicker than the loop. */
const NATIVE_BYTES_MIN = 64;

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  if (shorter >= NATIVE_BYTES_MIN) return Buffer.compare(a, b);
  for (let at = 0; at < shorter; at++) {
    if (a[at] !== b[at]) return a[at] - b[at];
  }
  return a.length - b.length;
}

function arrayComparator(element: ScalarKind): Comparator {
  const compare = comparatorOf(element);
  return (a, b) => compareElements(a as readonly unknown[], b as readonly unknown[], compare);
}

function compareElements(a: readonly unknown[], b: readonly unknown[], compare: Comparator): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const order = compare(a[index], b[index]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
