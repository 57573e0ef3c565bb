import { defineType, resolveChange, t } from '@weft/data';
import { expect, test } from 'vitest';
import { compileChange } from './mutate.ts';

const { schema } = defineType('Note', { id: t.int32(), doc: t.json<{ a: { b: number } }>().optional() }, { key: 'id' });

test('unset at a path of a document that is absent leaves the row without one', () => {
  const change = compileChange(schema, resolveChange(schema, (c: { at(...path: string[]): { unset(): unknown } }) => c.at('doc', 'a').unset()));
  expect(change.apply(() => undefined)).toEqual([undefined]);
});

test('a document that is set on many rows and then changed at a path is each row’s own', () => {
  const change = compileChange(schema, [
    { op: 'set', column: 'doc', value: {} },
    { op: 'inc', column: 'doc', path: ['n'], value: 1 },
  ]);
  expect(change.apply(() => undefined)).toEqual([{ n: 1 }]);
  expect(change.apply(() => undefined)).toEqual([{ n: 1 }]);
});
