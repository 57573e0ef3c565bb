import { murmur3String, utf8Length } from '@weft/base';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareStrings } from '../kind/compare-strings.ts';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import {
  cellHash,
  cellLength,
  cellPrefix,
  clearCell,
  compareCell,
  compareCells,
  equalsCell,
  INLINE_TEXT_MAX,
  readCell,
  writeCell,
} from './string-cells.ts';
import { textPrefix } from './text-prefix.ts';

const stride = fc.integer({ min: 1, max: INLINE_TEXT_MAX });
const text = fc.oneof(
  fc.string({ unit: 'binary-ascii', maxLength: INLINE_TEXT_MAX }),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'ü', '語', '😀', '\0', '\u007f', '\u0080', '\uffff'), maxLength: 16 }),
);

/** The cells of a page, with whatever was there before. */
function page(bytes: number, before = 0xdb): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(ROWS_PER_PAGE * bytes)).fill(before);
}

test('a text that fits its cell comes back whole and leaves its neighbours alone; another says so', () => {
  fc.assert(
    fc.property(stride, fc.nat({ max: 255 }), text, text, text, (bytes, before, left, value, right) => {
      const cells = page(bytes, before);
      const written = [left, value, right].map((each, row) => writeCell(cells, row, each));
      // The middle one once more, since a text that does not fit may spoil its own cell.
      writeCell(cells, 1, value);
      for (const [row, each] of [left, value, right].entries()) {
        expect(written[row]).toBe(utf8Length(each) <= bytes ? utf8Length(each) : -1);
        if (written[row]! >= 0) expect([readCell(cells, row), cellLength(cells, row)]).toEqual([each, written[row]]);
      }
    }),
    { numRuns: 1000 },
  );
});

test('what is asked of a cell is answered as for its text', () => {
  fc.assert(
    fc.property(stride, stride, text, text, (bytes, others, a, b) => {
      fc.pre(utf8Length(a) <= bytes && utf8Length(b) <= others);
      const cells = page(bytes);
      const other = page(others);
      writeCell(cells, ROWS_PER_PAGE - 1, a);
      writeCell(other, 2 * ROWS_PER_PAGE, b);
      const order = Math.sign(compareStrings(a, b));
      expect(equalsCell(cells, ROWS_PER_PAGE - 1, b)).toBe(a === b);
      expect(equalsCell(cells, ROWS_PER_PAGE - 1, a)).toBe(true);
      expect(Math.sign(compareCell(cells, ROWS_PER_PAGE - 1, b))).toBe(order);
      expect(Math.sign(compareCells(cells, ROWS_PER_PAGE - 1, other, 2 * ROWS_PER_PAGE))).toBe(order);
      expect(cellPrefix(cells, ROWS_PER_PAGE - 1)).toBe(textPrefix(a));
      expect(cellHash(cells, ROWS_PER_PAGE - 1)).toBe(murmur3String(a, 0));
    }),
    { numRuns: Number(process.env['WEFT_RUNS'] ?? 400) },
  );
});

test('the cell of an absent value is zero, and no other', () => {
  const cells = page(3, 7);
  clearCell(cells, 1);
  expect(Array.from(cells.subarray(0, 9))).toEqual([7, 7, 7, 0, 0, 0, 7, 7, 7]);
});
