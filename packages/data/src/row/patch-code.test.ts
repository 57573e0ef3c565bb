import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { compilePatch } from './patch-code.ts';

const { schema } = defineType(
  'Order',
  {
    id: t.id(),
    account: t.string(),
    qty: t.int32(),
    note: t.string().optional(),
    tags: t.array(t.string()).optional(),
    version: t.version(),
  },
  { routing: 'account' },
);
const patchOf = compilePatch(schema);

test('a patch sets values, clears with null and passes over undefined', () => {
  expect(patchOf({ qty: 5, note: null, tags: undefined })).toEqual({ ordinals: [2, 3], values: [5, undefined] });
});

test('a row that was read serves as a patch: its version is passed over, its key is for the table to compare', () => {
  expect(patchOf({ id: 'x', account: 'a', qty: 5, version: 7 })).toEqual({
    ordinals: [0, 1, 2],
    values: ['x', 'a', 5],
  });
});

test.each([
  ['an unknown column', { qtty: 5 }, 'COLUMN_UNKNOWN', /no column "qtty"\. Did you mean qty\?/],
  ['a system column', { _lsn: 5 }, 'COLUMN_UNKNOWN', /no column "_lsn"/],
  ['null for a required column', { qty: null }, 'VALUE_MISSING', /^Order\.qty: a required column cannot be cleared/],
  ['a value of another kind', { qty: '5' }, 'VALUE_INVALID', /^Order\.qty:/],
  ['a value out of range', { qty: 2 ** 31 }, 'VALUE_OUT_OF_RANGE', /^Order\.qty:/],
])('a patch with %s is refused', (_, patch, code, message) => {
  expect(() => patchOf(patch)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
});
