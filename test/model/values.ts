import { Decimal, type Kind } from '@weft/data';

/*
 * Values as the model sees them: one text per value, the order and the normal form of each kind. Written from docs/types.md
 * and without a look at what packages/data does.
 */

/** A text that equal values share and different ones do not. */
export function textOf(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Decimal) return `Decimal(${value.toString()})`;
  if (value instanceof Uint8Array)
    return `bytes(${Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('')})`;
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`;
  if (typeof value === 'object' && value !== null) return rowText(value);
  return value === true ? 'true' : value === false ? 'false' : 'null';
}

/** The same for a row or a json object; the order of properties does not count, their presence does. */
export function rowText(row: object): string {
  const names = Object.keys(row).toSorted();
  return `{${names.map((name) => `${name}:${textOf((row as Record<string, unknown>)[name])}`).join(',')}}`;
}

/** Negative, zero or positive as `a` is before, equal to or after `b`, both of one kind with an order. */
export function compare(kind: Kind, a: unknown, b: unknown): number {
  switch (kind.name) {
    case 'string':
      return compareTexts(a as string, b as string);
    case 'bytes':
      return compareLists(Array.from(a as Uint8Array), Array.from(b as Uint8Array));
    case 'enum':
      return kind.members.indexOf(a as string) - kind.members.indexOf(b as string);
    case 'decimal':
      return comparePlain(hundredths(a as Decimal, kind.scale), hundredths(b as Decimal, kind.scale));
    case 'timestamp':
      return a instanceof Date
        ? comparePlain(a.getTime(), (b as Date).getTime())
        : comparePlain(a as bigint, b as bigint);
    default:
      // Numbers, booleans, and texts whose order is the order of what they mean.
      return comparePlain(a as number, b as number);
  }
}

/** What is stored of a value that was given. */
export function normal(kind: Kind, value: unknown): unknown {
  switch (kind.name) {
    case 'float32':
      return Math.fround(value as number) + 0;
    case 'float64':
    case 'int16':
    case 'int32':
      return (value as number) + 0;
    case 'decimal':
      return new Decimal(hundredths(value as Decimal, kind.scale), kind.scale);
    case 'uuid':
      return (value as string).toLowerCase();
    case 'localTimestamp':
      return (value as string).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
    case 'array':
      return (value as unknown[]).map((element) => normal(kind.element, element));
    case 'json':
      return normalJson(value);
    default:
      return value;
  }
}

function normalJson(value: unknown): unknown {
  if (typeof value === 'number') return value + 0;
  if (Array.isArray(value)) return value.map(normalJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : [[name, normalJson(member)]])),
  );
}

/** By code point, not by unit of UTF-16. */
function compareTexts(a: string, b: string): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = a.codePointAt(at)! - b.codePointAt(at)!;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

function comparePlain<T extends number | bigint | string | boolean>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function hundredths(value: Decimal, scale: number): bigint {
  return value.unscaled * 10n ** BigInt(scale - value.scale);
}
