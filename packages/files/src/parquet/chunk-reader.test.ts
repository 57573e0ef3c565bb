import { expect, test } from 'vitest';
import type { FlatColumn } from './flat-column.ts';
import {
  cellsOf,
  dataHeader,
  dataPage,
  deltas,
  dictionaryPage,
  int32,
  optional,
  page,
  required,
  text,
} from './pages.fixture.ts';

test('pages of the first form are read: levels in the compressed bytes, numbers, text and booleans', () => {
  const levels = [...int32(2), 3, 0b00001101];
  const texts = [3, 97, 98, 99, 0, 1, 195].flatMap((byte, i) => (i === 0 || i === 4 || i === 5 ? int32(byte) : [byte]));
  const header = { num_values: 4, encoding: 'PLAIN' as const };
  expect(cellsOf([...dataPage(header, [...levels, ...texts])], text(), 4)).toEqual([
    'abc',
    undefined,
    '',
    new Uint8Array([195]),
  ]);
  expect(cellsOf(dataPage(header, [...levels, 0b101]), optional('BOOLEAN'), 4)).toEqual([true, undefined, false, true]);
  expect(
    cellsOf(dataPage({ ...header, encoding: 'RLE' }, [...levels, ...int32(2), 6, 1]), optional('BOOLEAN'), 4),
  ).toEqual([true, undefined, true, true]);
  const numbers = [7, -8, 9].flatMap(int32);
  expect(cellsOf(dataPage(header, [...levels, ...numbers]), optional('INT32'), 4)).toEqual([7, undefined, -8, 9]);
  const dictionary = page(
    { type: 'DICTIONARY_PAGE', dictionary_page_header: { num_values: 3, encoding: 'PLAIN' } },
    numbers,
  );
  const coded = dataPage({ ...header, encoding: 'PLAIN_DICTIONARY' }, [...levels, 2, 3, 0b00010010, 0]);
  expect(cellsOf([...dictionary, ...coded], optional('INT32'), 4)).toEqual([9, undefined, 7, -8]);
});

test.each<[string, number[], FlatColumn, string]>([
  ['more values than bytes', plain(4, int32(1)), required('INT32'), 'fewer values'],
  ['more values than rows', plain(5, new Array(20).fill(0)), required('INT32'), 'values that it cannot have'],
  ['a negative count', plain(-4, []), required('INT32'), 'values that it cannot have'],
  ['a text of four gigabytes', plain(4, new Array(16).fill(255)), text(false), 'fewer values'],
  ['no dictionary', coded([1, 8, 0]), required('INT32'), 'there is none of'],
  ['an index past the dictionary', [...dictionaryPage(1), ...coded([1, 8, 1])], required('INT32'), 'does not have'],
  ['a dictionary of a gigabyte', dictionaryPage(1_000_000_000), required('INT32'), 'values that it cannot have'],
  ['longer levels than the page', plain(4, [...int32(1_000_000), 8, 1]), optional('INT32'), 'bytes that it cannot'],
  ['fewer values than rows', plain(2, new Array(8).fill(0)), required('INT32'), 'another number of values'],
  [
    'a longer page than the chunk',
    plain(4, new Array(16).fill(0)).slice(0, -1),
    required('INT32'),
    'bytes that it cannot',
  ],
  ['blocks of no values', delta([0, 0, 4, 0, 0, 0, 0]), required('INT32'), 'badly divided'],
  ['blocks of −1 parts', delta([128, 1, 255, 255, 255, 255, 15, 4, 0, 0]), required('INT32'), 'parts of a block'],
  ['an encoding of another type', delta(new Array(30).fill(0)), required('DOUBLE'), 'DOUBLE in the encoding'],
  ['bytes in a column of numbers', shared(new Array(30).fill(0)), required('INT32'), 'INT32 in the encoding'],
  ['Snappy of a gigabyte', snappy(2 ** 30), { ...required('INT32'), codec: 'SNAPPY' }, 'bytes that it cannot'],
])('%s: the chunk is refused', (_, bytes, column, message) => {
  expect(() => cellsOf(bytes, column, 4)).toThrow(message);
});

test('values that share their beginnings are bounded together, before they are made', () => {
  const long = 1024 * 1024;
  const count = 300;
  // Each value is the megabyte of the first.
  const bytes = [...deltas(count, 0, long), ...deltas(count, long, 0), ...new Array<number>(long).fill(1)];
  const page = dataPage({ num_values: count, encoding: 'DELTA_BYTE_ARRAY' }, bytes);
  expect(() => cellsOf(page, required('BYTE_ARRAY'), count)).toThrow('bytes that values share');
});

function plain(count: number, bytes: number[]): number[] {
  return dataPage({ num_values: count, encoding: 'PLAIN' }, bytes);
}

function coded(bytes: number[]): number[] {
  return dataPage({ num_values: 4, encoding: 'RLE_DICTIONARY' }, bytes);
}

function delta(bytes: number[]): number[] {
  return dataPage({ num_values: 4, encoding: 'DELTA_BINARY_PACKED' }, bytes);
}

function shared(bytes: number[]): number[] {
  return dataPage({ num_values: 4, encoding: 'DELTA_BYTE_ARRAY' }, bytes);
}

function snappy(claimed: number): number[] {
  return page({ ...dataHeader({ num_values: 4, encoding: 'PLAIN' }), uncompressed_page_size: claimed }, [255, 255]);
}
