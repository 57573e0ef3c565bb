import { WeftError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Decimal } from '../value/decimal.ts';
import { t } from './builders.ts';
import { defineType } from './define-type.ts';
import { foreignSchema, SCHEMA_TEXT_MAX } from './foreign-schema.ts';
import { schemaJson } from './schema-json.ts';
import type { AnyType } from './type-def.ts';

const Everything = defineType(
  'Everything',
  {
    id: t.id(),
    account: t.string().default('none').sqlName('acc'),
    price: t.decimal(10, 2).default(new Decimal(150n, 2)),
    big: t.int64().default(-7n).index('ordered').index(),
    at: t.timestamp({ as: 'micros' }).index('ordered'),
    clock: t.localTimestamp().optional(),
    side: t.enum(['buy', 'sell']).default('sell'),
    raw: t.bytes().default(Uint8Array.of(1, 2)),
    list: t.array(t.int32()).default([1, 2]),
    extra: t.json().default({ a: [1, null] }),
    note: t.string().optional().from('remark'),
    version: t.version(),
  },
  {
    routing: 'account',
    ttl: '1h',
    evict: { by: 'at', maxRows: 10 },
    log: { before: true },
    sqlName: 'all_of_it',
    indexes: [
      { on: ['account', 'price'], kind: 'ordered' },
      { on: ['account', 'side'], kind: 'unique', name: 'sides' },
    ],
  },
);
const Hidden = defineType('Hidden', { group: t.string(), value: t.int32() }, { ttl: 'perWrite', evict: 'lru' });
const Placed = defineType('Placed', { name: t.string(), zone: t.date() }, { key: 'name', routing: 'zone' });
const Routed = defineType('Routed', { group: t.string(), value: t.uuid() }, { routing: 'group' });
const types: readonly AnyType[] = [Everything, Hidden, Placed, Routed];

function textOf(type: AnyType): string {
  return JSON.stringify(schemaJson(type.schema));
}

test.each(types)('the declaration of $name that comes from somebody else is the same here', (type) => {
  expect(foreignSchema(textOf(type))).toEqual(type.schema);
});

test('whatever somebody changes about a declaration, it is the same one or refused by name', () => {
  const garbage = fc.oneof(fc.jsonValue(), fc.constantFrom('__proto__', 'id', 'float64', 'hiddenKey', 'data', -1, 1e9));
  const change = fc.record({ type: fc.constantFrom(...types), at: fc.nat(), by: garbage });
  fc.assert(
    fc.property(change, ({ type, at, by }) => {
      const places: { readonly holder: Record<string, unknown>; readonly name: string }[] = [];
      const json = JSON.parse(textOf(type)) as object;
      const visit = (holder: object): void => {
        for (const [name, value] of Object.entries(holder)) {
          places.push({ holder: holder as Record<string, unknown>, name });
          if (typeof value === 'object' && value !== null) visit(value as object);
        }
      };
      visit(json);
      const { holder, name } = places[at % places.length]!;
      holder[name] = by;
      const made = attempt(() => foreignSchema(JSON.stringify(json)));
      if (made instanceof Error) expect(WeftError.is(made, 'TYPE_INVALID') ? made.code : made).toBe('TYPE_INVALID');
      else expect(made.fingerprint).toBe(type.schema.fingerprint);
    }),
  );
});

test('what is no declaration, or too long for one, is refused by name', () => {
  for (const text of ['', 'null', '[]', '{}', '{"columns":[null]}', '[[[', `"${'x'.repeat(SCHEMA_TEXT_MAX)}"`])
    expect(() => foreignSchema(text)).toThrow(expect.objectContaining({ code: 'TYPE_INVALID' }));
});

function attempt<T>(run: () => T): T | Error {
  try {
    return run();
  } catch (error) {
    return error as Error;
  }
}
