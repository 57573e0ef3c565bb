import { deltaBinaryUnpack } from 'hyparquet/src/delta.js';
import { byteStreamSplit } from 'hyparquet/src/encoding.js';
import { readVarInt } from 'hyparquet/src/thrift.js';
import type { Encoding } from 'hyparquet';
import { claimed, type FlatColumn } from './flat-column.ts';
import { bufferOf, textCell, textOfCell } from './text-cell.ts';

/** What can be cut into parts, as arrays of both kinds can. */
export interface Sliceable extends ArrayLike<unknown> {
  slice(start: number, end: number): ArrayLike<unknown>;
}

interface Cursor {
  readonly view: DataView;
  offset: number;
}

/**
 * Bytes that the values of a page take over from the value before them, at most. Each may take all, so that a damaged page of a megabyte
 * could claim a terabyte.
 */
const SHARED_BYTES_MAX = 256 * 1024 * 1024;

/** The values of a page in one of the rarer encodings, decoded by hyparquet, all at once. Throws where they are damaged. */
export function decodedValues(bytes: Uint8Array, encoding: Encoding, column: FlatColumn, count: number): Sliceable {
  const { type, element, isText } = column;
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY';
  if (count === 0) return [];
  const cursor: Cursor = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  switch (encoding) {
    case 'BYTE_STREAM_SPLIT': {
      claimed(count * (isBytes ? (element.type_length ?? 0) : 4), bytes.length, 'values');
      const values = byteStreamSplit(cursor, count, type, element.type_length);
      return isText && Array.isArray(values) ? values.map(textOfCell) : values;
    }
    case 'DELTA_BINARY_PACKED':
      if (type === 'INT32') return integers(cursor, new Int32Array(count));
      if (type === 'INT64') return integers(cursor, new BigInt64Array(count));
      break;
    case 'DELTA_LENGTH_BYTE_ARRAY':
      if (!isBytes) break;
      return byLengths(bytes, cursor, integers(cursor, new Int32Array(count)), isText);
    case 'DELTA_BYTE_ARRAY': {
      if (!isBytes) break;
      const shared = integers(cursor, new Int32Array(count));
      const values = joined(shared, byLengths(bytes, cursor, integers(cursor, new Int32Array(count)), false));
      return isText ? values.map(textOfCell) : values;
    }
    default:
  }
  throw new RangeError(`it has values of the type ${String(type)} in the encoding ${String(encoding)}`);
}

/** Values in a block, and parts of it, that the format may have at most here: a damaged header would lead the decoder astray. */
const BLOCK_VALUES_MAX = 1024 * 1024;

function integers<T extends Int32Array | BigInt64Array>(cursor: Cursor, into: T): T {
  const { offset } = cursor;
  const blockValues = claimed(readVarInt(cursor), BLOCK_VALUES_MAX, 'values in a block');
  const parts = claimed(readVarInt(cursor), blockValues, 'parts of a block');
  if (parts === 0 || blockValues % parts !== 0) throw new RangeError('a block of it is badly divided');
  cursor.offset = offset;
  deltaBinaryUnpack(cursor, into.length, into);
  return into;
}

function byLengths(bytes: Uint8Array, { offset }: Cursor, lengths: Int32Array, isText: false): Uint8Array[];
function byLengths(bytes: Uint8Array, { offset }: Cursor, lengths: Int32Array, isText: boolean): unknown[];
function byLengths(bytes: Uint8Array, { offset }: Cursor, lengths: Int32Array, isText: boolean): unknown[] {
  const buffer = bufferOf(bytes);
  const values: unknown[] = [];
  let at = offset;
  for (const length of lengths) {
    const end = at + claimed(length, buffer.length - at, 'bytes');
    values.push(isText ? textCell(buffer, at, end) : buffer.subarray(at, end));
    at = end;
  }
  return values;
}

/** Values that begin as the one before them. */
function joined(shared: Int32Array, rests: readonly Uint8Array[]): Uint8Array[] {
  claimed(
    shared.reduce((sum, length) => sum + length, 0),
    SHARED_BYTES_MAX,
    'bytes that values share',
  );
  const values: Uint8Array[] = [];
  let before = new Uint8Array(0);
  for (const [i, rest] of rests.entries()) {
    const length = claimed(shared[i], before.length, 'bytes');
    const value = new Uint8Array(length + rest.length);
    value.set(before.subarray(0, length));
    value.set(rest, length);
    values.push(value);
    before = value;
  }
  return values;
}
