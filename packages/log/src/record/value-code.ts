import { unreachable, utf8Length } from '@weft/base';
import {
  arrayBytes,
  cellOfValue,
  decodeArray,
  encodeArray,
  valueOfCell,
  type Decimal,
  type Kind,
  type ScalarKind,
} from '@weft/data';
import { VARINT_BYTES_MAX, type RecordBytes } from './record-bytes.ts';
import { DamagedRecord, type RecordReader } from './record-reader.ts';

/**
 * How values of one kind stand in a record, version 1: as elements of arrays do (`data/src/value/array-codec.ts`), and json as its text.
 * Values are checked ones; what is read is checked against the kind as far as bytes could break it.
 */
export interface ValueCode {
  /** Bytes of every value; of one whose length varies without the value itself. */
  readonly fixedBytes: number;
  /** Bytes at most that a value takes beside these. */
  extraBytes?(value: unknown): number;
  write(target: RecordBytes, value: unknown): void;
  read(reader: RecordReader): unknown;
}

const BYTES_PER_UNIT = 3;
/** Longer texts are measured: room for three times their bytes would be wasted. */
const UNITS_BOUNDED_MAX = 1024;
const UUID_BYTES = 16;

export function valueCodeOf(kind: Kind): ValueCode {
  switch (kind.name) {
    case 'bool':
      return fixed(
        1,
        (t, value) => t.u8(value === true ? 1 : 0),
        (r) => r.u8() === 1,
      );
    case 'int16':
      return fixed(
        2,
        (t, value) => t.i16(value as number),
        (r) => r.i16(),
      );
    case 'int32':
      return fixed(
        4,
        (t, value) => t.i32(value as number),
        (r) => r.i32(),
      );
    case 'int64':
      return fixed(
        8,
        (t, value) => t.i64(value as bigint),
        (r) => r.i64(),
      );
    case 'float32':
      return fixed(
        4,
        (t, value) => t.f32(value as number),
        (r) => r.f32(),
      );
    case 'float64':
      return fixed(
        8,
        (t, value) => t.f64(value as number),
        (r) => r.f64(),
      );
    case 'date':
      return fixed(
        4,
        (t, value) => t.i32(cellOfValue(kind, value) as number),
        (r) => valueOfCell(kind, r.i32()),
      );
    case 'timestamp':
      return timestampCode(kind);
    case 'decimal':
      return fixed(
        8,
        (t, value) => t.i64((value as Decimal).unscaled),
        (r) => valueOfCell(kind, r.i64()),
      );
    case 'localTimestamp':
      return fixed(
        8,
        (t, value) => t.i64(cellOfValue(kind, value) as bigint),
        (r) => valueOfCell(kind, r.i64()),
      );
    case 'enum':
      return enumCode(kind);
    case 'string':
      return {
        fixedBytes: VARINT_BYTES_MAX,
        extraBytes: (value) => textBytes(value as string),
        write: (t, value) => t.text(value as string),
        read: (r) => r.text(),
      };
    case 'bytes':
      return {
        fixedBytes: VARINT_BYTES_MAX,
        extraBytes: (value) => (value as Uint8Array).length,
        write: (t, value) => t.blob(value as Uint8Array),
        read: (r) => r.blob(),
      };
    case 'uuid':
      return uuidCode;
    case 'json':
      return {
        fixedBytes: VARINT_BYTES_MAX,
        extraBytes: (value) => utf8Length(JSON.stringify(value)),
        write: (t, value) => t.text(JSON.stringify(value)),
        read: (r) => parsed(r.text()),
      };
    case 'array':
      return arrayCode(kind.element);
    default:
      return unreachable(kind, 'a kind without a form in records');
  }
}

function fixed(
  fixedBytes: number,
  write: (target: RecordBytes, value: unknown) => void,
  read: (reader: RecordReader) => unknown,
): ValueCode {
  return { fixedBytes, write, read };
}

function textBytes(text: string): number {
  return text.length > UNITS_BOUNDED_MAX ? utf8Length(text) : text.length * BYTES_PER_UNIT;
}

/** Dates without a bigint: microseconds of whole milliseconds are safe integers, years 1 to 9999. */
function timestampCode(kind: Extract<Kind, { name: 'timestamp' }>): ValueCode {
  if (kind.as === 'micros')
    return fixed(
      8,
      (t, value) => t.i64(value as bigint),
      (r) => r.i64(),
    );
  return fixed(
    8,
    (t, value) => writeMicros(t, (value as Date).getTime()),
    (r) => {
      const micros = r.maybeInteger();
      return micros === undefined ? valueOfCell(kind, r.i64()) : new Date(Math.floor(micros / 1000));
    },
  );
}

/** Beyond the years −280 to 2255 microseconds are no safe integers. */
function writeMicros(target: RecordBytes, millis: number): void {
  const micros = millis * 1000;
  if (Number.isSafeInteger(micros)) target.integer(micros);
  else target.i64(BigInt(millis) * 1000n);
}

function enumCode(kind: Extract<Kind, { name: 'enum' }>): ValueCode {
  return fixed(
    VARINT_BYTES_MAX,
    (t, value) => t.varint(cellOfValue(kind, value) as number),
    (r) => {
      const member = kind.members[r.varint()];
      if (member === undefined) throw new DamagedRecord('an enum has no member of that number');
      return member;
    },
  );
}

const uuidCode: ValueCode = {
  fixedBytes: UUID_BYTES,
  write(target, value) {
    const hex = (value as string).replaceAll('-', '');
    for (let i = 0; i < UUID_BYTES; i++) target.u8(Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
  },
  read(reader) {
    const hex = Buffer.from(reader.raw(UUID_BYTES)).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  },
};

function arrayCode(element: ScalarKind): ValueCode {
  return {
    fixedBytes: VARINT_BYTES_MAX,
    extraBytes: (value) => arrayBytes(element, value as readonly unknown[]),
    write(target, value) {
      const bytes = new Uint8Array(arrayBytes(element, value as readonly unknown[]));
      encodeArray(element, value as readonly unknown[], bytes, 0);
      target.blob(bytes);
    },
    read(reader) {
      const bytes = reader.blob();
      try {
        return decodeArray(element, bytes, 0, bytes.length);
      } catch (error) {
        throw new DamagedRecord('an array is not what its bytes say', { cause: error });
      }
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new DamagedRecord('a json value does not parse', { cause: error });
  }
}
