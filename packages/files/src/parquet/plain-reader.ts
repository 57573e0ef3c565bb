import { readPlain } from 'hyparquet/src/plain.js';
import type { FlatColumn } from './flat-column.ts';
import { bufferOf, textCell, textOfCell } from './text-cell.ts';

/** Reads values that stand one after another as they are. Numbers come as typed arrays, text as strings, other bytes as views. */
export class PlainReader {
  readonly #bytes: Buffer;
  readonly #column: FlatColumn;
  /** Bytes of a value; 0 where each says its own length. */
  readonly #width: number;
  readonly #view: { readonly view: DataView; offset: number };

  constructor(bytes: Uint8Array, column: FlatColumn) {
    this.#bytes = bufferOf(bytes);
    this.#column = column;
    this.#width = widthOf(column);
    this.#view = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  }

  /** The next values. Throws RangeError where there are fewer: nothing is allocated for them then. */
  take(count: number): ArrayLike<unknown> {
    const { type, element, isText } = this.#column;
    const bytesLeft = this.#bytes.length - this.#view.offset;
    if (count * (this.#width || LENGTH_BYTES) > bytesLeft) throw tooFew();
    if (this.#width === 0) return this.#takeSized(count);
    const cells = readPlain(this.#view, type, count, element.type_length);
    return isText && Array.isArray(cells) ? cells.map(textOfCell) : cells;
  }

  #takeSized(count: number): unknown[] {
    const bytes = this.#bytes;
    const { isText } = this.#column;
    const cells: unknown[] = [];
    let at = this.#view.offset;
    for (let i = 0; i < count; i++) {
      if (at + LENGTH_BYTES > bytes.length) throw tooFew();
      const start = at + LENGTH_BYTES;
      const end = start + (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16)) + bytes[at + 3]! * 2 ** 24;
      if (end > bytes.length) throw tooFew();
      cells.push(isText ? textCell(bytes, start, end) : bytes.subarray(start, end));
      at = end;
    }
    this.#view.offset = at;
    return cells;
  }
}

const LENGTH_BYTES = 4;

function widthOf({ type, element }: FlatColumn): number {
  switch (type) {
    case 'INT32':
    case 'FLOAT':
      return 4;
    case 'INT64':
    case 'DOUBLE':
      return 8;
    case 'INT96':
      return 12;
    case 'BYTE_ARRAY':
      return 0;
    case 'FIXED_LEN_BYTE_ARRAY':
      if (Number.isInteger(element.type_length) && element.type_length! > 0) return element.type_length!;
      throw new RangeError('one of its columns does not say how long its values are');
    default:
      throw new RangeError(`its values are of the type ${String(type)}`);
  }
}

function tooFew(): RangeError {
  return new RangeError('a page has fewer values than it claims');
}
