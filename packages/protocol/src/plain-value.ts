/**
 * Plain values: what plans, options and answers are made of, each with its tag.
 *
 * | tag | what follows |
 * |---|---|
 * | 0 undefined, 1 null, 2 false, 3 true | – |
 * | 4 int32 | 4 bytes |
 * | 5 number | 8 bytes, IEEE 754 |
 * | 6 bigint | its decimal text |
 * | 7 text | length as varint, UTF-8 |
 * | 8 bytes | length as varint, bytes |
 * | 9 Date | milliseconds since 1970, 8 bytes IEEE 754 |
 * | 10 Decimal | its unscaled value as decimal text, its scale as varint |
 * | 11 array | count as varint, its values |
 * | 12 object | count as varint, names and values in turn |
 */
import { utf8Length } from '@weft/base';
import { Decimal, DECIMAL_SCALE_MAX } from '@weft/data';
import { type RecordReader, VARINT_BYTES_MAX } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { VALUE_DEPTH_MAX } from './limits.ts';
import { ProtocolFault } from './protocol-fault.ts';

const NUMBER_BYTES = 9;
/** Reading one takes time by the square of its digits. Conditions compare with numbers far beyond those that columns have. */
const BIGINT_DIGITS_MAX = 10_000;

/** Writes a plain value. Functions, symbols and class instances are none: whoever calls has checked. */
export function writePlain(frame: FrameWriter, value: unknown): void {
  switch (typeof value) {
    case 'undefined':
      return frame.room(1).u8(0);
    case 'boolean':
      return frame.room(1).u8(value ? 3 : 2);
    case 'number':
      return writeNumber(frame, value);
    case 'bigint':
      return writeText(frame, 6, String(value));
    case 'string':
      return writeText(frame, 7, value);
    default:
      return writeObject(frame, value as object | null);
  }
}

function writeNumber(frame: FrameWriter, value: number): void {
  const target = frame.room(NUMBER_BYTES);
  if (value === (value | 0) && !Object.is(value, -0)) {
    target.u8(4);
    target.i32(value);
  } else {
    target.u8(5);
    target.f64(value);
  }
}

function writeText(frame: FrameWriter, tag: number, text: string): void {
  const target = frame.room(1 + VARINT_BYTES_MAX + utf8Length(text));
  target.u8(tag);
  target.text(text);
}

function writeObject(frame: FrameWriter, value: object | null): void {
  if (value === null) return frame.room(1).u8(1);
  if (value instanceof Uint8Array) {
    const target = frame.room(1 + VARINT_BYTES_MAX + value.length);
    target.u8(8);
    return target.blob(value);
  }
  if (value instanceof Date) {
    const target = frame.room(NUMBER_BYTES);
    target.u8(9);
    return target.f64(value.getTime());
  }
  if (value instanceof Decimal) {
    writeText(frame, 10, String(value.unscaled));
    return frame.room(VARINT_BYTES_MAX).varint(value.scale);
  }
  if (Array.isArray(value)) {
    begin(frame, 11, value.length);
    for (const element of value) writePlain(frame, element);
    return;
  }
  const entries = Object.entries(value);
  begin(frame, 12, entries.length);
  for (const [name, member] of entries) {
    frame.room(VARINT_BYTES_MAX + 3 * name.length).text(name);
    writePlain(frame, member);
  }
}

function begin(frame: FrameWriter, tag: number, count: number): void {
  const target = frame.room(1 + VARINT_BYTES_MAX);
  target.u8(tag);
  target.varint(count);
}

/** Reads what `writePlain` wrote. Throws ProtocolFault and DamagedRecord. */
export function readPlain(reader: RecordReader, depth = 0): unknown {
  if (depth > VALUE_DEPTH_MAX) throw new ProtocolFault('a value is nested too deeply');
  const tag = reader.u8();
  switch (tag) {
    case 0:
      return undefined;
    case 1:
      return null;
    case 2:
      return false;
    case 3:
      return true;
    case 4:
      return reader.i32();
    case 5:
      return reader.f64();
    case 6:
      return readBigint(reader);
    case 7:
      return reader.text();
    case 8:
      return reader.blob();
    case 9:
      return new Date(reader.f64());
    case 10:
      return readDecimal(reader);
    case 11:
      return readArray(reader, depth);
    case 12:
      return readObject(reader, depth);
    default:
      throw new ProtocolFault(`${tag} is the tag of no value`);
  }
}

function readBigint(reader: RecordReader): bigint {
  const text = reader.text();
  if (text.length > BIGINT_DIGITS_MAX)
    throw new ProtocolFault(`a bigint has ${text.length} characters; ${BIGINT_DIGITS_MAX} are taken`);
  if (!/^-?\d+$/.test(text)) throw new ProtocolFault('a bigint is no number');
  return BigInt(text);
}

function readDecimal(reader: RecordReader): Decimal {
  const unscaled = readBigint(reader);
  const scale = reader.varint();
  if (scale > DECIMAL_SCALE_MAX) throw new ProtocolFault(`a decimal has ${scale} digits behind its point`);
  return new Decimal(unscaled, scale);
}

/** Each element takes a byte at least, so that no count asks for more than what came. */
function readCount(reader: RecordReader): number {
  const count = reader.varint();
  if (count > reader.rest) throw new ProtocolFault('a value says that it has more elements than it has bytes');
  return count;
}

function readArray(reader: RecordReader, depth: number): unknown[] {
  const count = readCount(reader);
  const values: unknown[] = [];
  for (let i = 0; i < count; i++) values.push(readPlain(reader, depth + 1));
  return values;
}

function readObject(reader: RecordReader, depth: number): object {
  const count = readCount(reader);
  const value: Record<string, unknown> = {};
  for (let i = 0; i < count; i++) {
    const name = reader.text();
    const member = readPlain(reader, depth + 1);
    // A name such as __proto__ would set the prototype.
    Object.defineProperty(value, name, { value: member, enumerable: true, configurable: true, writable: true });
  }
  return value;
}
