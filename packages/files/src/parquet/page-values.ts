import type { Encoding } from 'hyparquet';
import { decodedValues, type Sliceable } from './delta-values.ts';
import { claimed, type FlatColumn } from './flat-column.ts';
import { PlainReader } from './plain-reader.ts';
import { RunReader } from './run-reader.ts';

/** The values of a page, in order; rows without a value have none among them. */
export interface PageValues {
  /** Whether a value is an index into the cells that `take` answers, which then are the same each time. */
  readonly isCoded: boolean;
  /** The next values, or their indices put into the beginning of `indices`. Throws RangeError where there are fewer. */
  take(count: number, indices: Int32Array): ArrayLike<unknown>;
}

/** Reads the values of a page. `count`: how many there are, asked only where all must be decoded at once. */
export function pageValues(
  bytes: Uint8Array,
  encoding: Encoding,
  column: FlatColumn,
  { dictionary, count }: { readonly dictionary: ArrayLike<unknown> | undefined; readonly count: () => number },
): PageValues {
  const isBool = column.type === 'BOOLEAN';
  switch (encoding) {
    case 'PLAIN':
      if (isBool) return new CodedValues(RunReader.packed(bytes, 1, Infinity), BOOLS, 1);
      return new PlainValues(new PlainReader(bytes, column));
    case 'RLE':
      if (isBool) return new CodedValues(new RunReader(sized(bytes).first, 1), BOOLS, 1);
      break;
    case 'PLAIN_DICTIONARY':
    case 'RLE_DICTIONARY':
      if (isBool) break;
      return dictionaryValues(bytes, dictionary);
    default:
  }
  return new ListedValues(decodedValues(bytes, encoding, column, count()));
}

/** Bytes behind their length, and what follows them. */
export function sized(bytes: Uint8Array): { readonly first: Uint8Array; readonly rest: Uint8Array } {
  if (bytes.length < 4) throw new RangeError('a page ends early');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const end = 4 + claimed(length, bytes.length - 4, 'bytes');
  return { first: bytes.subarray(4, end), rest: bytes.subarray(end) };
}

const BOOLS = [false, true];

function dictionaryValues(bytes: Uint8Array, dictionary: ArrayLike<unknown> | undefined): PageValues {
  if (dictionary === undefined) throw new RangeError('a page needs a dictionary that there is none of');
  // A page of nothing but missing values may be empty.
  const width = bytes[0] ?? 0;
  return new CodedValues(new RunReader(bytes.subarray(1), width), dictionary, width);
}

class CodedValues implements PageValues {
  readonly isCoded = true;
  readonly #runs: RunReader;
  readonly #cells: ArrayLike<unknown>;
  readonly #isSafe: boolean;

  constructor(runs: RunReader, cells: ArrayLike<unknown>, width: number) {
    this.#runs = runs;
    this.#cells = cells;
    this.#isSafe = 2 ** width <= cells.length;
  }

  take(count: number, indices: Int32Array): ArrayLike<unknown> {
    this.#runs.read(indices, count);
    if (!this.#isSafe) checkIndices(indices, count, this.#cells.length);
    return this.#cells;
  }
}

function checkIndices(indices: Int32Array, count: number, length: number): void {
  for (let i = 0; i < count; i++)
    if (indices[i]! >>> 0 >= length) throw new RangeError('a page refers to what its dictionary does not have');
}

class PlainValues implements PageValues {
  readonly isCoded = false;
  readonly #reader: PlainReader;

  constructor(reader: PlainReader) {
    this.#reader = reader;
  }

  take(count: number): ArrayLike<unknown> {
    return this.#reader.take(count);
  }
}

class ListedValues implements PageValues {
  readonly isCoded = false;
  readonly #values: Sliceable;
  #at = 0;

  constructor(values: Sliceable) {
    this.#values = values;
  }

  take(count: number): ArrayLike<unknown> {
    const taken = this.#values.slice(this.#at, this.#at + count);
    if (taken.length !== count) throw new RangeError('a page has fewer values than it claims');
    this.#at += count;
    return taken;
  }
}
