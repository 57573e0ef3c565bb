import { assert, unreachable, utf8Length } from '@weft/base';
import { positionOf, unscaledOf } from '../kind/cells.ts';
import { dateOfDays, daysOfDate } from '../kind/date.ts';
import { localOfMicros, microsOfLocal } from '../kind/local-timestamp.ts';
import { microsOfMillis, millisOfMicros } from '../kind/timestamp.ts';
import { readUuid, UUID_BYTES, writeUuid } from '../kind/uuid.ts';
import type { ScalarKind } from '../type/schema.ts';
import type { ByteReader } from './byte-reader.ts';
import { type ByteWriter, varintBytes } from './byte-writer.ts';
import { Decimal } from './decimal.ts';

/** How one element of an array is stored. */
export interface ElementCodec<T = unknown> {
  /** Bytes of an element at least; of every one where there is no `bytesOf`. */
  readonly bytesMin: number;
  bytesOf?(value: T): number;
  write(writer: ByteWriter, value: T): void;
  read(reader: ByteReader): T;
}

/** The codec of a kind. The bytes are described in `array-codec.ts`. */
export function elementCodec(kind: ScalarKind): ElementCodec {
  switch (kind.name) {
    case 'bool':
      return fixed<boolean>(
        1,
        (w, value) => w.u8(value ? 1 : 0),
        (r) => r.u8() === 1,
      );
    case 'int16':
      return fixed<number>(
        2,
        (w, value) => w.i16(value),
        (r) => r.i16(),
      );
    case 'int32':
      return fixed<number>(
        4,
        (w, value) => w.i32(value),
        (r) => r.i32(),
      );
    case 'int64':
      return int64Codec;
    case 'float32':
      return fixed<number>(
        4,
        (w, value) => w.f32(value),
        (r) => r.f32(),
      );
    case 'float64':
      return fixed<number>(
        8,
        (w, value) => w.f64(value),
        (r) => r.f64(),
      );
    case 'decimal':
      return decimalCodec(kind.scale);
    case 'date':
      return fixed<string>(
        4,
        (w, value) => w.i32(daysOfDate(value)),
        (r) => dateOfDays(r.i32()),
      );
    case 'timestamp':
      return kind.as === 'date' ? instantCodec : int64Codec;
    case 'localTimestamp':
      return fixed<string>(
        8,
        (w, value) => w.i64(microsOfLocal(value)),
        (r) => localOfMicros(r.i64()),
      );
    case 'string':
      return stringCodec;
    case 'enum':
      return enumCodec(kind.members);
    case 'bytes':
      return bytesCodec;
    case 'uuid':
      return uuidCodec;
    default:
      return unreachable(kind, 'a kind without an element codec');
  }
}

function fixed<T>(
  bytesMin: number,
  write: (writer: ByteWriter, value: T) => void,
  read: (reader: ByteReader) => T,
): ElementCodec<T> {
  return { bytesMin, write, read };
}

const int64Codec = fixed<bigint>(
  8,
  (w, value) => w.i64(value),
  (r) => r.i64(),
);

const instantCodec = fixed<Date>(
  8,
  (w, value) => w.i64(microsOfMillis(value.getTime())),
  (r) => new Date(millisOfMicros(r.i64())),
);

const uuidScratch = new Uint8Array(UUID_BYTES);

const uuidCodec = fixed<string>(
  UUID_BYTES,
  (w, value) => {
    writeUuid(uuidScratch, 0, value);
    w.bytes(uuidScratch);
  },
  (r) => readUuid(r.bytes(UUID_BYTES), 0),
);

const stringCodec: ElementCodec<string> = {
  bytesMin: 1,
  bytesOf: (value) => withLength(utf8Length(value)),
  write(writer, value) {
    const length = utf8Length(value);
    writer.varint(length);
    writer.utf8(value, length);
  },
  read: (reader) => reader.utf8(reader.varint()),
};

const bytesCodec: ElementCodec<Uint8Array> = {
  bytesMin: 1,
  bytesOf: (value) => withLength(value.length),
  write(writer, value) {
    writer.varint(value.length);
    writer.bytes(value);
  },
  read: (reader) => reader.bytes(reader.varint()),
};

function decimalCodec(scale: number): ElementCodec<Decimal> {
  return fixed<Decimal>(
    8,
    (w, value) => w.i64(unscaledOf(value, scale)),
    (r) => new Decimal(r.i64(), scale),
  );
}

/** The position is a varint, so that the bytes stay what they were when the declaration gets more members at its end. */
function enumCodec(members: readonly string[]): ElementCodec<string> {
  return {
    bytesMin: 1,
    bytesOf: (value) => varintBytes(positionOf(members, value)),
    write: (writer, value) => writer.varint(positionOf(members, value)),
    read: (reader) => memberAt(members, reader.varint()),
  };
}

function memberAt(members: readonly string[], position: number): string {
  assert(position < members.length, 'a stored enum position has a member');
  return members[position];
}

function withLength(bytes: number): number {
  return varintBytes(bytes) + bytes;
}
