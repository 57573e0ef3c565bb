import { expect, test } from 'vitest';
import { Decimal } from '../value/decimal.ts';
import { t } from './builders.ts';
import { defineType } from './define-type.ts';
import { canonicalText, fnv1a64 } from './fingerprint.ts';

const base = () => defineType('Order', { id: t.id(), qty: t.int32().default(0), price: t.decimal(9, 2) });

test('the hash is FNV-1a with the published vectors', () => {
  const hash = (text: string): string => fnv1a64(Buffer.from(text));
  expect([hash(''), hash('a'), hash('foobar')]).toEqual(['cbf29ce484222325', 'af63dc4c8601ec8c', '85944171f73967e8']);
});

test('the hash in halves is the hash in one piece', () => {
  const bytes = Buffer.from(Array.from({ length: 2_000 }, (_, index) => (index * 167 + 91) & 255));
  let whole = 0xcbf29ce484222325n;
  for (const byte of bytes) whole = ((whole ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  expect(fnv1a64(bytes)).toBe(whole.toString(16).padStart(16, '0'));
});

test('equal declarations have equal fingerprints of 16 hex digits', () => {
  expect(base().schema.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  expect(base().schema.fingerprint).toBe(base().schema.fingerprint);
});

test('whatever changes bytes or meaning changes the fingerprint', () => {
  const id = t.id();
  const variants = [
    base(),
    defineType('Order2', { id, qty: t.int32().default(0), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32().default(1), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int64().default(0n), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32(), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32().optional(), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32().default(0), price: t.decimal(9, 3) }),
    defineType('Order', { id, price: t.decimal(9, 2), qty: t.int32().default(0) }),
    defineType('Order', { id, qty: t.int32().default(0).index(), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32().default(0).sqlName('q'), price: t.decimal(9, 2) }),
    defineType('Order', { id, qty: t.int32().default(0), price: t.decimal(9, 2) }, { ttl: '1d' }),
    defineType('Order', { id, qty: t.int32().default(0), price: t.decimal(9, 2) }, { evict: 'lru' }),
    defineType('Order', { id, qty: t.int32().default(0), price: t.decimal(9, 2) }, { routing: 'qty' }),
    defineType('Order', { id, qty: t.int32().default(0), price: t.decimal(9, 2) }, { key: ['id', 'qty'] }),
  ];
  expect(new Set(variants.map(({ schema }) => schema.fingerprint)).size).toBe(variants.length);
});

test('the canonical text sorts names and tags what JSON lacks', () => {
  const text = canonicalText({ b: 1n, a: [new Date(5), Decimal.from('1.50')], c: Uint8Array.of(1, 255), d: undefined });
  expect(text).toBe('{"a":[{"~date":5},{"~decimal":"1.50"}],"b":{"~bigint":"1"},"c":{"~bytes":"01ff"}}');
});
