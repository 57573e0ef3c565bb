import { WeftError } from '@weft/base';
import { checkerOfKind, Decimal, describeKind, type Kind, type ScalarKind } from '@weft/data';
import { bytesOf } from './bytes-text.ts';
import { dateOf, microsOf } from './micros.ts';

/** Makes the checked value of what JSON says, or throws VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE. */
export type JsonReader = (value: unknown) => unknown;

/**
 * Reads values of one kind from parsed JSON. What JSON has no form for comes as text: int64 as number or string, decimals as
 * string or number, bytes as base64, instants as ISO 8601. `where` begins the messages.
 */
export function jsonReader(kind: Kind, where: string): JsonReader {
  const check = checkerOfKind(kind, where);
  const take = takerOf(kind, where);
  return take === undefined ? check : (value) => check(take(value));
}

/** What turns parsed JSON into what the kind's check takes; absent where they are the same. */
function takerOf(kind: Kind, where: string): JsonReader | undefined {
  const wrong = (value: unknown): never => wrongJson(kind, where, value);
  switch (kind.name) {
    case 'int64':
      return (value) => int64Of(value) ?? wrong(value);
    case 'decimal':
      return (value) => (typeof value === 'string' || isShort(value) ? Decimal.from(value) : wrong(value));
    case 'timestamp':
      return kind.as === 'micros'
        ? (value) => (typeof value === 'string' ? microsOf(value, where) : undefined) ?? wrong(value)
        : (value) => (typeof value === 'string' ? dateOf(value, where) : undefined) ?? wrong(value);
    case 'bytes':
      return (value) => (typeof value === 'string' ? bytesOf(value) : undefined) ?? wrong(value);
    case 'array':
      return elementTaker(kind.element, where);
    default:
      return undefined;
  }
}

/** Digits of a number in JSON that a double surely keeps. */
const DIGITS_EXACT = 15;

function isShort(value: unknown): value is number {
  return typeof value === 'number' && String(value).replace(/e.*$|\D/g, '').length <= DIGITS_EXACT;
}

function int64Of(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && /^[+-]?\d{1,40}$/.test(value) ? BigInt(value) : undefined;
}

function elementTaker(element: ScalarKind, where: string): JsonReader | undefined {
  const take = takerOf(element, where);
  if (take === undefined) return undefined;
  return (value) => (Array.isArray(value) ? value.map(take) : value);
}

function wrongJson(kind: Kind, where: string, value: unknown): never {
  const got =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'an array'
        : typeof value === 'number'
          ? unfit(value)
          : typeof value;
  throw new WeftError('VALUE_INVALID', `${where}: expected ${describeKind(kind)}, got JSON of another form (${got}).`);
}

function unfit(value: number): string {
  return isShort(value) ? 'a number' : 'a number of more digits than JSON keeps; write it as a string';
}

/** Makes what JSON.stringify writes of a value of one kind, so that `jsonReader` reads it back exactly. */
export function jsonWriter(kind: Kind): (value: unknown) => unknown {
  switch (kind.name) {
    case 'int64':
      return (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
    case 'decimal':
      return String;
    case 'timestamp':
      return kind.as === 'date' ? (value) => (value as Date).toISOString() : (value) => isoOfMicros(value as bigint);
    case 'bytes':
      return (value) => Buffer.from(value as Uint8Array).toString('base64');
    case 'array': {
      const write = jsonWriter(kind.element);
      return (value) => (value as readonly unknown[]).map(write);
    }
    default:
      return (value) => value;
  }
}

/** `YYYY-MM-DDTHH:MM:SS.ffffffZ`, with six digits where three are too few. */
export function isoOfMicros(micros: bigint): string {
  const within = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - within) / 1000n)).toISOString();
  return within === 0n ? text : `${text.slice(0, -1)}${String(within).padStart(3, '0')}Z`;
}
