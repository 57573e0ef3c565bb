import { unreachable, utf8Length } from '@weft/base';
import type { ColumnSchema, Kind, ScalarKind } from '../type/schema.ts';
import { arrayBytes } from '../value/array-codec.ts';
import { Decimal, DECIMAL_SCALE_MAX } from '../value/decimal.ts';
import {
  atElement,
  outOfRange,
  tooLarge,
  tooManyBytes,
  unreadable,
  wrongForm,
  wrongType,
  type Place,
} from './check-errors.ts';
import { checkJson } from './check-json.ts';
import { DAYS_MIN } from './civil.ts';
import { DAYS_INVALID, daysOfDate } from './date.ts';
import { describeKind } from './describe.ts';
import { enumPositions } from './enum.ts';
import { ARRAY_LENGTH_MAX, VALUE_BYTES_MAX } from './limits.ts';
import { normalLocal, SECONDS_INVALID, secondsOfLocal } from './local-timestamp.ts';
import { MICROS_MAX, MICROS_MIN, MILLIS_MAX, MILLIS_MIN } from './timestamp.ts';
import { INT16, INT32, INT64 } from './number-range.ts';
import { normalUuid } from './uuid.ts';

/** Returns the value in its normal form, or throws VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE. */
export type Checker = (value: unknown) => unknown;

/**
 * Checks one value that is not absent against the kind of its column.
 *
 * Returns the normal form, which equal values share: a uuid in lower case, a `Decimal` at the column's scale, a float32
 * rounded to one, 0 for -0, a local timestamp without trailing zeros. Dates, bytes, arrays and json are copied, so that
 * later changes by the caller do not reach the row.
 *
 * Throws VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE; messages begin with `Type.column:`.
 */
export function checkValue(column: ColumnSchema, value: unknown, typeName: string): unknown {
  return checkerOf(column, typeName)(value);
}

/** `checkValue` for one column, made once: a small function for its kind alone. */
export function checkerOf(column: ColumnSchema, typeName: string): Checker {
  return checkerAt(column.kind, placeOf(column, typeName));
}

/** As `checkerOf`, for a value that is of a kind without being a column: `where` begins the messages. */
export function checkerOfKind(kind: Kind, where: string): Checker {
  return checkerAt(kind, { where, expected: describeKind(kind), kind: kind.name });
}

function placeOf({ kind, name }: ColumnSchema, type: string): Place {
  return {
    where: `${type}.${name}`,
    expected: describeKind(kind),
    kind: kind.name,
    names: { type, column: name },
  };
}

function checkerAt(kind: Kind, place: Place): Checker {
  switch (kind.name) {
    case 'bool':
      return boolChecker(place);
    case 'int16':
      return integerChecker(place, INT16);
    case 'int32':
      return integerChecker(place, INT32);
    case 'int64':
      return bigintChecker(place, INT64.min, INT64.max);
    case 'float32':
      return float32Checker(place);
    case 'float64':
      return float64Checker(place);
    case 'decimal':
      return guarded(place, decimalChecker(place, kind.precision, kind.scale));
    case 'date':
      return dateChecker(place);
    case 'timestamp':
      return kind.as === 'date' ? guarded(place, instantChecker(place)) : bigintChecker(place, MICROS_MIN, MICROS_MAX);
    case 'localTimestamp':
      return localTimestampChecker(place);
    case 'string':
      return stringChecker(place);
    case 'enum':
      return enumChecker(place, kind.members);
    case 'bytes':
      return guarded(place, bytesChecker(place));
    case 'uuid':
      return uuidChecker(place);
    case 'json':
      return guarded(place, (value) => checkJson(place, value));
    case 'array':
      return guarded(place, arrayChecker(place, kind.element));
    default:
      return unreachable(kind, 'a kind without a check');
  }
}

/** For kinds whose values are objects: looking at one may run the caller's code. */
function guarded(place: Place, check: Checker): Checker {
  return (value) => {
    try {
      return check(value);
    } catch (error) {
      throw unreadable(place, error);
    }
  };
}

function boolChecker(place: Place): Checker {
  return (value) => (value === true || value === false ? value : wrongType(place, value));
}

function integerChecker(place: Place, { min, max }: { readonly min: number; readonly max: number }): Checker {
  return (value) => {
    // `(value | 0) === value` holds for int32s alone; adding 0 turns -0 into 0.
    if (typeof value === 'number' && (value | 0) === value && value >= min && value <= max) return value + 0;
    return notInteger(place, value);
  };
}

function notInteger(place: Place, value: unknown): never {
  if (typeof value !== 'number') return wrongType(place, value);
  if (!Number.isFinite(value)) return wrongForm(place, 'a number that is not finite');
  return Number.isInteger(value) ? outOfRange(place) : wrongForm(place, 'a number with a fraction');
}

function bigintChecker(place: Place, min: bigint, max: bigint): Checker {
  return (value) => {
    if (typeof value !== 'bigint') return wrongType(place, value);
    return value >= min && value <= max ? value : outOfRange(place);
  };
}

function float64Checker(place: Place): Checker {
  return (value) => {
    // NaN - NaN and the difference of equal infinities are NaN; adding 0 turns -0 into 0.
    if (typeof value === 'number' && value - value === 0) return value + 0;
    return typeof value === 'number' ? wrongForm(place, 'a number that is not finite') : wrongType(place, value);
  };
}

function float32Checker(place: Place): Checker {
  return (value) => {
    if (typeof value !== 'number') return wrongType(place, value);
    const rounded = Math.fround(value);
    if (rounded - rounded === 0) return rounded + 0;
    return Number.isFinite(value) ? outOfRange(place) : wrongForm(place, 'a number that is not finite');
  };
}

function decimalChecker(place: Place, precision: number, scale: number): Checker {
  const max = 10n ** BigInt(precision) - 1n;
  return (value) => {
    if (!(value instanceof Decimal)) return wrongType(place, value);
    // Its constructor checks nothing.
    if (typeof value.unscaled !== 'bigint' || !(value.scale >= 0 && value.scale <= DECIMAL_SCALE_MAX))
      return wrongForm(place, 'a Decimal that its constructor should not have made');
    const scaled = value.scale === scale ? value : rescaled(place, value, scale);
    return scaled.unscaled <= max && scaled.unscaled >= -max ? scaled : outOfRange(place, 'of too many digits');
  };
}

function rescaled(place: Place, value: Decimal, scale: number): Decimal {
  const rounded = value.round(scale);
  return rounded.equals(value) ? rounded : outOfRange(place, `of more than ${scale} digits behind the point`);
}

function dateChecker(place: Place): Checker {
  return (value) => {
    if (typeof value !== 'string') return wrongType(place, value);
    const days = daysOfDate(value);
    if (days >= DAYS_MIN) return value;
    return days === DAYS_INVALID ? wrongForm(place, 'a string that is no such date') : outOfRange(place);
  };
}

function instantChecker(place: Place): Checker {
  return (value) => {
    if (!(value instanceof Date)) return wrongType(place, value);
    const millis = timeOf(value);
    if (millis >= MILLIS_MIN && millis <= MILLIS_MAX) return new Date(millis);
    return Number.isNaN(millis) ? wrongType(place, value) : outOfRange(place);
  };
}

/** Not the method of a subclass, which may answer anything. */
function timeOf(value: Date): number {
  return Date.prototype.getTime.call(value);
}

function localTimestampChecker(place: Place): Checker {
  return (value) => {
    if (typeof value !== 'string') return wrongType(place, value);
    const seconds = secondsOfLocal(value);
    if (seconds >= DAYS_MIN * 86_400) return normalLocal(value);
    return seconds === SECONDS_INVALID ? wrongForm(place, 'a string that is no such time') : outOfRange(place);
  };
}

/** A code unit takes at most three bytes, so shorter strings need no count. */
const UNCOUNTED_MAX = Math.floor(VALUE_BYTES_MAX / 3);

function stringChecker(place: Place): Checker {
  return (value) => {
    if (typeof value !== 'string') return wrongType(place, value);
    if (value.length > UNCOUNTED_MAX && utf8Length(value) > VALUE_BYTES_MAX) tooManyBytes(place);
    return value.isWellFormed() ? value : wrongForm(place, 'a string with a lone surrogate');
  };
}

function enumChecker(place: Place, members: readonly string[]): Checker {
  const positions = enumPositions(members);
  return (value) => (positions.has(value as string) ? value : notMember(place, value));
}

function notMember(place: Place, value: unknown): never {
  return typeof value === 'string' ? wrongForm(place, 'another string') : wrongType(place, value);
}

function bytesChecker(place: Place): Checker {
  return (value) => {
    if (!(value instanceof Uint8Array)) return wrongType(place, value);
    if (value.length > VALUE_BYTES_MAX) tooManyBytes(place);
    // Not slice(): a Buffer's shares the memory. Once more, since a length can be feigned.
    const copy = new Uint8Array(value);
    return copy.length <= VALUE_BYTES_MAX ? copy : tooManyBytes(place);
  };
}

function uuidChecker(place: Place): Checker {
  return (value) => {
    if (typeof value !== 'string') return wrongType(place, value);
    return normalUuid(value) ?? wrongForm(place, 'a string of another form');
  };
}

function arrayChecker(place: Place, element: ScalarKind): Checker {
  const check = checkerAt(element, { ...place, expected: describeKind(element), kind: element.name });
  const isLong = element.name === 'string' || element.name === 'bytes';
  return (value) => {
    if (!Array.isArray(value)) return wrongType(place, value);
    const { length } = value;
    if (length > ARRAY_LENGTH_MAX) tooManyElements(place);
    const copy: unknown[] = [];
    let bytesMin = 0;
    for (let index = 0; index < length; index++) {
      const checked = checkElement(check, value, index);
      copy.push(checked);
      // Stops early what would take long to count, such as one long text a million times.
      if (isLong) bytesMin += (checked as string | Uint8Array).length;
      if (bytesMin > VALUE_BYTES_MAX) tooManyBytes(place);
    }
    return arrayBytes(element, copy) <= VALUE_BYTES_MAX ? copy : tooManyBytes(place);
  };
}

function checkElement(check: Checker, values: readonly unknown[], index: number): unknown {
  try {
    return check(values[index]);
  } catch (error) {
    throw atElement(error, index);
  }
}

function tooManyElements(place: Place): never {
  return tooLarge(place, `the array has more elements than ARRAY_LENGTH_MAX, ${ARRAY_LENGTH_MAX}`);
}
