import { WeftError } from '@weft/base';
import { checkerOfKind, Decimal, describeKind, valueOfCell, type Kind } from '@weft/data';
import { textReader } from '../value/text-value.ts';
import { jsonReader } from '../value/json-value.ts';
import type { StoredForm } from './stored-form.ts';

/** Makes the checked value of a cell, or throws VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE. */
export type CellReader = (cell: unknown) => unknown;

type Of<N extends StoredForm['name']> = Extract<StoredForm, { name: N }>;

/** How cells of a stored form become values of a kind. Throws FILE_UNSUPPORTED where they cannot. */
export function cellReader(form: StoredForm, kind: Kind, where: string): CellReader {
  const take = takerOf(form, kind, where);
  if (take === undefined)
    throw new WeftError(
      'FILE_UNSUPPORTED',
      `${where}: the column of the file holds ${describeForm(form)}, which does not become ${describeKind(kind)}.`,
      { hint: 'Declare the column with another kind, or pass it over with null in the option columns.' },
    );
  const check = checkerOfKind(kind, where);
  return (cell) => check(take(cell));
}

function takerOf(form: StoredForm, kind: Kind, where: string): CellReader | undefined {
  switch (form.name) {
    case 'bool':
      return kind.name === 'bool' ? (cell) => cell === true : undefined;
    case 'integer':
      return integerTaker(form, kind);
    case 'float':
      return numberTaker(kind, form.bits === 16 ? (cell) => half(cell as Uint8Array) : (cell) => cell as number);
    case 'decimal':
      return decimalTaker(form, kind);
    case 'date':
      return kind.name === 'date'
        ? (cell) => valueOfCell({ name: 'date' }, inDays(cell as number, where))
        : kind.name === 'timestamp'
          ? timestampTaker(
              { name: 'timestamp', perSecond: 1000, isUtc: true },
              kind,
              where,
              (cell) => BigInt(cell as number) * 86_400_000n,
            )
          : undefined;
    case 'timestamp':
      return timestampTaker(form, kind, where, form.isInt96 === true ? nanosOfInt96 : (cell) => BigInt(cell as bigint));
    case 'text': {
      const read = textReader(kind, where);
      return (cell) => (typeof cell === 'string' ? read(cell) : noText(where));
    }
    case 'json': {
      if (kind.name === 'string') return (cell) => cell;
      if (kind.name !== 'json' && kind.name !== 'array') return undefined;
      const read = jsonReader(kind, where);
      return (cell) => (typeof cell === 'string' ? read(parsed(cell, where)) : noText(where));
    }
    case 'uuid':
      return kind.name === 'uuid' || kind.name === 'string' ? (cell) => uuidOf(cell as Uint8Array) : undefined;
    case 'bytes':
      return kind.name === 'bytes' ? (cell) => cell : undefined;
    default:
      return undefined;
  }
}

function integerTaker({ bits, isSigned }: Of<'integer'>, kind: Kind): CellReader | undefined {
  const isNarrow = bits < 64;
  const plain: CellReader = isSigned
    ? (cell) => cell
    : isNarrow
      ? (cell) => Number(cell) >>> 0
      : (cell) => BigInt.asUintN(64, cell as bigint);
  if (kind.name === 'int64') return (cell) => BigInt(plain(cell) as number | bigint);
  if (kind.name === 'decimal') return (cell) => new Decimal(BigInt(plain(cell) as number | bigint), 0);
  return numberTaker(kind, (cell) => Number(plain(cell)));
}

function numberTaker(kind: Kind, read: (cell: unknown) => number): CellReader | undefined {
  const { name } = kind;
  const isNumber = name === 'int16' || name === 'int32' || name === 'float32' || name === 'float64';
  return isNumber ? read : undefined;
}

function decimalTaker({ scale }: Of<'decimal'>, kind: Kind): CellReader | undefined {
  const read = (cell: unknown): Decimal => new Decimal(unscaled(cell), scale);
  if (kind.name === 'decimal') return read;
  // Exact where a decimal column has too few digits.
  if (kind.name === 'string') return (cell) => read(cell).toString();
  if (kind.name === 'int64') return (cell) => read(cell).rescale(0).unscaled;
  return numberTaker(kind, (cell) => read(cell).toNumber());
}

/** A two's complement of any length, its highest byte first, or an integer. */
function unscaled(cell: unknown): bigint {
  if (!(cell instanceof Uint8Array)) return BigInt(cell as number | bigint);
  let value = 0n;
  for (const byte of cell) value = (value << 8n) | BigInt(byte);
  return cell.length === 0 ? 0n : BigInt.asIntN(cell.length * 8, value);
}

function timestampTaker(
  { perSecond }: Of<'timestamp'>,
  kind: Kind,
  where: string,
  read: (cell: unknown) => bigint,
): CellReader | undefined {
  const micros = (cell: unknown): bigint => microsOf(read(cell), perSecond, where);
  if (kind.name === 'timestamp' && kind.as === 'micros') return micros;
  if (kind.name === 'timestamp') return (cell) => dateOf(micros(cell), where);
  return kind.name === 'localTimestamp' ? (cell) => localOf(micros(cell), where) : undefined;
}

/** A Julian day above, nanoseconds of the day in the low 64 bits. */
function nanosOfInt96(cell: unknown): bigint {
  const value = cell as bigint;
  return ((value >> 64n) - JULIAN_DAY_OF_1970) * 86_400_000_000_000n + BigInt.asUintN(64, value);
}

const JULIAN_DAY_OF_1970 = 2_440_588n;

function noText(where: string): never {
  throw new WeftError('RECORD_INVALID', `${where}: the value has bytes that are no UTF-8.`);
}

function microsOf(value: bigint, perSecond: number, where: string): bigint {
  if (perSecond === 1_000_000) return value;
  if (perSecond === 1_000) return value * 1000n;
  if (value % 1000n === 0n) return value / 1000n;
  throw new WeftError('VALUE_OUT_OF_RANGE', `${where}: the value has nanoseconds; Weft keeps microseconds.`);
}

function dateOf(micros: bigint, where: string): Date {
  if (micros % 1000n === 0n) return new Date(Number(micros / 1000n));
  throw new WeftError(
    'VALUE_OUT_OF_RANGE',
    `${where}: the value is finer than a millisecond; declare t.timestamp({ as: 'micros' }) to keep it.`,
  );
}

/** Microseconds of the years 1 to 9999. */
const MICROS_MIN = -62_135_596_800_000_000n;
const MICROS_MAX = 253_402_300_799_999_999n;

function localOf(micros: bigint, where: string): unknown {
  if (micros >= MICROS_MIN && micros <= MICROS_MAX) return valueOfCell({ name: 'localTimestamp' }, micros);
  throw new WeftError('VALUE_OUT_OF_RANGE', `${where}: the time lies outside of the years 1 to 9999.`);
}

/** Days of the years 1 to 9999. */
function inDays(days: number, where: string): number {
  if (days >= -719_162 && days <= 2_932_896) return days;
  throw new WeftError('VALUE_OUT_OF_RANGE', `${where}: the day lies outside of the years 1 to 9999.`);
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new WeftError('VALUE_INVALID', `${where}: the value is no JSON.`);
  }
}

function uuidOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** IEEE 754 half precision, little-endian. */
function half(bytes: Uint8Array): number {
  const bits = bytes[0]! | (bytes[1]! << 8);
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function describeForm(form: StoredForm): string {
  switch (form.name) {
    case 'integer':
      return `${form.isSigned ? '' : 'unsigned '}integers of ${form.bits} bits`;
    case 'float':
      return `floats of ${form.bits} bits`;
    case 'decimal':
      return `decimals of ${form.precision} digits, ${form.scale} of them behind the point`;
    case 'unsupported':
      return `values of a kind that Weft does not read (${form.what})`;
    default:
      return {
        bool: 'booleans',
        date: 'dates',
        timestamp: 'timestamps',
        text: 'text',
        json: 'JSON',
        uuid: 'UUIDs',
        bytes: 'bytes',
      }[form.name];
  }
}
