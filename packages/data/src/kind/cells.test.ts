import { AssertionError } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellBytes } from '../memory/layout.ts';
import type { Kind } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { cellOf } from './cell-of.ts';
import { cellOfValue, valueOfCell } from './cells.ts';
import { comparatorOf, equalValues } from './compare.ts';
import { scalarKinds, valuesOf } from './testing/kinds.ts';

const numeric = scalarKinds.filter(({ name }) => !['string', 'bytes', 'uuid'].includes(name));

test('every value is read back from its cell', () => {
  for (const kind of numeric) {
    fc.assert(
      fc.property(valuesOf(kind), (value) => {
        expect(equalValues(kind, valueOfCell(kind, cellOfValue(kind, value)), value)).toBe(true);
      }),
    );
  }
});

test('cells order as their values do', () => {
  for (const kind of numeric) {
    const compare = comparatorOf(kind);
    fc.assert(
      fc.property(valuesOf(kind), valuesOf(kind), (a, b) => {
        expect(cellOfValue(kind, a) < cellOfValue(kind, b)).toBe(compare(a, b) < 0);
      }),
    );
  }
});

test('what a cell holds fits the cell', () => {
  for (const kind of numeric) {
    const type = cellOf(kind);
    const isBigint = type === 'i64';
    fc.assert(
      fc.property(valuesOf(kind), (value) => {
        const cell = cellOfValue(kind, value);
        expect(typeof cell).toBe(isBigint ? 'bigint' : 'number');
        if (type.startsWith('f')) return;
        const bits = cellBytes[type] * 8;
        const fits = type.startsWith('u') ? BigInt.asUintN(bits, BigInt(cell)) : BigInt.asIntN(bits, BigInt(cell));
        expect(fits).toBe(BigInt(cell));
      }),
    );
  }
});

test.each<[Kind, string]>([
  [{ name: 'bool' }, 'u8'],
  [{ name: 'int16' }, 'i16'],
  [{ name: 'int32' }, 'i32'],
  [{ name: 'int64' }, 'i64'],
  [{ name: 'float32' }, 'f32'],
  [{ name: 'float64' }, 'f64'],
  [{ name: 'decimal', precision: 9, scale: 2 }, 'i64'],
  [{ name: 'date' }, 'i32'],
  [{ name: 'timestamp', as: 'micros' }, 'i64'],
  [{ name: 'localTimestamp' }, 'i64'],
  [{ name: 'enum', members: Array.from({ length: 256 }, (_, index) => `m${index}`) }, 'u8'],
  [{ name: 'enum', members: Array.from({ length: 257 }, (_, index) => `m${index}`) }, 'u16'],
  [{ name: 'uuid' }, 'b16'],
  [{ name: 'string' }, 'ref'],
  [{ name: 'bytes' }, 'ref'],
  [{ name: 'json' }, 'ref'],
  [{ name: 'array', element: { name: 'int32' } }, 'ref'],
])('the cell of $name is %s', (kind, cell) => {
  expect(cellOf(kind)).toBe(cell);
});

test('what was not checked never becomes a cell', () => {
  expect(() => cellOfValue({ name: 'decimal', precision: 9, scale: 2 }, Decimal.from('1.5'))).toThrow(AssertionError);
  expect(() => cellOfValue({ name: 'enum', members: ['a'] }, 'b')).toThrow(AssertionError);
  expect(() => cellOfValue({ name: 'string' }, 'a')).toThrow(AssertionError);
  expect(() => valueOfCell({ name: 'string' }, 1)).toThrow(AssertionError);
});
