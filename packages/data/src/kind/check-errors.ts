import { AssertionError, WeftError } from '@weft/base';
import { Decimal } from '../value/decimal.ts';
import { VALUE_BYTES_MAX } from './limits.ts';

/**
 * The cold half of the checks: what is said of a value that does not belong. Kept apart so that the checkers stay
 * small enough to be inlined. Messages say types and bounds, never the value.
 */
export interface Place {
  /** 'Type.column' */
  readonly where: string;
  /** 'an integer from -32768 to 32767 (int16)' */
  readonly expected: string;
  readonly kind: string;
  /** Type and column apart, where the value is a column's. */
  readonly names?: { readonly type: string; readonly column: string };
}

export function wrongType(place: Place, value: unknown): never {
  return invalid(place, `expected ${place.expected}, got ${describeValue(value)}`);
}

/** The right JavaScript type with contents that the kind does not have. `got` says which, without the value. */
export function wrongForm(place: Place, got: string): never {
  return invalid(place, `expected ${place.expected}, got ${got}`);
}

export function outOfRange(place: Place, problem = 'outside the range'): never {
  throw new WeftError('VALUE_OUT_OF_RANGE', `${place.where}: the value is ${problem}; expected ${place.expected}.`, {
    details: { at: place.where, kind: place.kind, ...place.names },
  });
}

export function tooLarge(place: Place, problem: string): never {
  throw new WeftError('VALUE_TOO_LARGE', `${place.where}: ${problem}.`, {
    details: { at: place.where, kind: place.kind, ...place.names },
  });
}

export function tooManyBytes(place: Place): never {
  return tooLarge(place, `the value is longer than VALUE_BYTES_MAX, ${VALUE_BYTES_MAX} bytes`);
}

/** The same error, saying which element it is about. */
export function atElement(error: unknown, index: number): unknown {
  if (!WeftError.is(error)) return error;
  return new WeftError(error.code, error.message.replace(/\.$/, ` (element ${index}).`), {
    details: { ...error.details, element: index },
  });
}

/**
 * What was thrown while a value was looked at, as an error of ours: a getter, a proxy, an object that only pretends to be of its
 * class. What was thrown goes along as the cause; its text may hold anything, and is not shown.
 */
export function unreadable(place: Place, thrown: unknown): unknown {
  if (WeftError.is(thrown) || thrown instanceof AssertionError) return thrown;
  return new WeftError(
    'VALUE_INVALID',
    `${place.where}: expected ${place.expected}, got what throws when it is read.`,
    {
      details: { at: place.where, kind: place.kind, ...place.names },
      cause: thrown,
    },
  );
}

/** What a value is, as a reader would call it; never what it holds. */
export function describeValue(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'undefined';
  if (typeof value !== 'object') return typeof value === 'function' ? 'a function' : `a ${typeof value}`;
  try {
    return describeObject(value);
  } catch {
    return 'an object that throws when it is read';
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : 'a Date';
  if (value instanceof Decimal) return 'a Decimal';
  if (ArrayBuffer.isView(value)) return 'a typed array or view of another type';
  return 'an object';
}

function invalid(place: Place, problem: string): never {
  throw new WeftError('VALUE_INVALID', `${place.where}: ${problem}.`, {
    details: { at: place.where, kind: place.kind, ...place.names },
  });
}
