/**
 * The fingerprint of a schema: FNV-1a of 64 bits over a canonical text (UTF-8), as 16 hex digits.
 * FNV-1a: Fowler, Noll, Vo, RFC 9923; offset basis and prime below are its 64-bit constants.
 * It tells versions of a declaration apart; it is no defence against someone who wants a collision.
 */
import { Decimal } from '../value/decimal.ts';
import type { TypeSchema } from './schema.ts';

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/** 16 hex digits; equal for equal declarations. */
export function fingerprintOf(schema: Omit<TypeSchema, 'fingerprint'>): string {
  return fnv1a64(Buffer.from(canonicalText(schema), 'utf8'))
    .toString(16)
    .padStart(16, '0');
}

/** FNV-1a with 64 bits. */
export function fnv1a64(bytes: Uint8Array): bigint {
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * FNV_PRIME) & 0xffffffffffffffffn;
  return hash;
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
