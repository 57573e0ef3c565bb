/**
 * The fingerprint of a schema: FNV-1a of 64 bits over a canonical text (UTF-8), as 16 hex digits.
 * FNV-1a: Fowler, Noll, Vo, RFC 9923; offset basis and prime below are its 64-bit constants.
 * It tells versions of a declaration apart; it is no defence against someone who wants a collision.
 */
import { Decimal } from '../value/decimal.ts';
import type { TypeSchema } from './schema.ts';

const FNV_OFFSET_HIGH = 0xcbf29ce4;
const FNV_OFFSET_LOW = 0x84222325;
/** The prime is 2^40 + this. */
const FNV_PRIME_LOW = 0x1b3;

/** 16 hex digits; equal for equal declarations. */
export function fingerprintOf(schema: Omit<TypeSchema, 'fingerprint'>): string {
  const columns = schema.columns.map(({ renamedFrom: _, ...column }) => column);
  return fnv1a64(Buffer.from(canonicalText({ ...schema, columns }), 'utf8'));
}

/** FNV-1a with 64 bits, as 16 hex digits. In two halves of 32 bits: bigints take eight times as long. */
export function fnv1a64(bytes: Uint8Array): string {
  let high = FNV_OFFSET_HIGH;
  let low = FNV_OFFSET_LOW;
  for (const byte of bytes) {
    low = (low ^ byte) >>> 0;
    // hash * (2^40 + p) mod 2^64: the first product stays below 2^41, the shift by 40 moves `low` to `high` by 8.
    const product = low * FNV_PRIME_LOW;
    high = (high * FNV_PRIME_LOW + Math.floor(product / 2 ** 32) + low * 2 ** 8) >>> 0;
    low = product >>> 0;
  }
  return hex8(high) + hex8(low);
}

/** JSON with sorted names, where values that JSON lacks are tagged with their kind. */
export function canonicalText(value: unknown): string {
  if (value === undefined) return '"~undefined"';
  if (typeof value === 'bigint') return `{"~bigint":"${value}"}`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (value instanceof Decimal) return `{"~decimal":"${value.toString()}"}`;
  if (value instanceof Date) return `{"~date":${value.getTime()}}`;
  if (value instanceof Uint8Array) return `{"~bytes":"${Buffer.from(value).toString('hex')}"}`;
  if (typeof value === 'object' && value !== null) return canonicalObject(value);
  return JSON.stringify(value);
}

function canonicalObject(value: object): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
}

function hex8(value: number): string {
  return value.toString(16).padStart(8, '0');
}
