import { assert } from '@weft/base';
import { ARRAY_LENGTH_MAX } from '../kind/limits.ts';
import type { ScalarKind } from '../type/schema.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter, varintBytes } from './byte-writer.ts';
import { elementCodec } from './element-codec.ts';

/**
 * Array values as bytes, version 1. Stored rows depend on it: another form needs another version, told by the heap.
 *
 *     count: varint | element 0 | element 1 | …
 *
 * | element kind                          | bytes                                                        |
 * |---------------------------------------|--------------------------------------------------------------|
 * | bool                                  | 1: 0 or 1                                                    |
 * | int16, int32, int64                   | 2, 4, 8: two's complement                                    |
 * | float32, float64                      | 4, 8: IEEE 754                                               |
 * | decimal                               | 8: the unscaled value                                        |
 * | date                                  | 4: days since 1970-01-01                                     |
 * | timestamp, localTimestamp             | 8: microseconds since 1970-01-01T00:00:00                    |
 * | enum                                  | varint: position in the declaration                          |
 * | uuid                                  | 16: in text order                                            |
 * | string, bytes                         | varint: length in bytes, then UTF-8 or the bytes             |
 *
 * All little-endian. A varint is LEB128: seven bits a byte, the least first, the high bit set on all but the last.
 *
 * `element` is the element's kind throughout.
 */

/** Bytes that `encodeArray` writes. */
export function arrayBytes(element: ScalarKind, values: readonly unknown[]): number {
  const codec = elementCodec(element);
  let bytes = varintBytes(values.length);
  if (codec.bytesOf === undefined) return bytes + values.length * codec.bytesMin;
  for (const value of values) bytes += codec.bytesOf(value);
  return bytes;
}

/** Writes a checked array at `offset`, where there is room for `arrayBytes`; returns the bytes written. */
export function encodeArray(
  element: ScalarKind,
  values: readonly unknown[],
  target: Uint8Array,
  offset: number,
): number {
  const codec = elementCodec(element);
  const writer = new ByteWriter(target, offset);
  writer.varint(values.length);
  for (const value of values) codec.write(writer, value);
  return writer.at - offset;
}

/** The array that `length` bytes at `offset` hold, in memory of its own. */
export function decodeArray(element: ScalarKind, source: Uint8Array, offset: number, length: number): unknown[] {
  const codec = elementCodec(element);
  const reader = new ByteReader(source, offset, length);
  const count = reader.varint();
  // Before anything is allocated: a damaged count must not ask for memory.
  assert(
    count <= ARRAY_LENGTH_MAX && count * codec.bytesMin <= reader.rest,
    'an array has as many elements as it says',
  );
  const values: unknown[] = [];
  for (let index = 0; index < count; index++) values.push(codec.read(reader));
  assert(reader.rest === 0, 'an array ends with its last element');
  return values;
}
