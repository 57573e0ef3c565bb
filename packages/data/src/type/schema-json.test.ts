import { expect, test } from 'vitest';
import { Decimal } from '../value/decimal.ts';
import { t } from './builders.ts';
import { defineType } from './define-type.ts';
import { readSchema, schemaJson } from './schema-json.ts';

const Everything = defineType(
  'Everything',
  {
    id: t.id(),
    account: t.string().default('none'),
    price: t.decimal(10, 2).default(new Decimal(150n, 2)),
    big: t.int64().default(-7n),
    at: t.timestamp().default(new Date(1000)),
    side: t.enum(['buy', 'sell']).default('sell'),
    raw: t.bytes().default(Uint8Array.of(1, 2)),
    list: t.array(t.int32()).default([1, 2]),
    extra: t.json().default({ a: [1, null] }),
    note: t.string().optional(),
    version: t.version(),
  },
  { key: 'id', routing: 'account', ttl: '1h', evict: 'lru', indexes: [{ on: ['account', 'price'], kind: 'ordered' }] },
);

test('a schema that went through JSON is the same, defaults of every sort included', () => {
  expect(readSchema(JSON.parse(JSON.stringify(schemaJson(Everything.schema))))).toEqual(Everything.schema);
});

test('a schema whose text was changed is refused', () => {
  const json = JSON.stringify(schemaJson(Everything.schema));
  for (const [was, is] of [
    ['"buy"', '"bay"'],
    ['"ttlMs":3600000', '"ttlMs":3600001'],
    ['"note"', '"nota"'],
  ] as const)
    expect(() => readSchema(JSON.parse(json.replace(was, is)))).toThrow(/fingerprint/);
  expect(() => readSchema(null)).toThrow(/object/);
});
