import { readUtf8 } from '@weft/base';

const TWO_32 = 0x1_0000_0000;

/** What a record says of itself is not so. Whoever reads a file or a connection says where. */
export class DamagedRecord extends Error {
  override readonly name = 'DamagedRecord';
}

/** Reads what `RecordBytes` writes. No length is trusted before it was compared with what is left. */
export class RecordReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #end: number;
  at: number;

  constructor(bytes: Uint8Array, at = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.#end = end;
  }

  /** Goes on at another place of the same bytes. */
  seek(at: number, end: number): this {
    this.at = at;
    this.#end = end;
    return this;
  }

  /** Bytes not yet read. */
  get rest(): number {
    return this.#end - this.at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** The next byte, which stays to be read. */
  peek(): number {
    const value = this.u8();
    this.at--;
    return value;
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  /** An int64 that must be a safe integer. */
  integer(): number {
    const at = this.#take(8);
    const value = this.#view.getInt32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
    if (!Number.isSafeInteger(value)) throw new DamagedRecord('a number is larger than any that was written');
    return value;
  }

  /** An int64 where it is a safe integer, without a bigint; where it is not, `undefined`, and it is still to be read. */
  maybeInteger(): number | undefined {
    const at = this.#take(8);
    const value = this.#view.getInt32(at + 4, true) * TWO_32 + this.#view.getUint32(at, true);
    if (Number.isSafeInteger(value)) return value;
    this.at = at;
    return undefined;
  }

  varint(): number {
    const first = this.#bytes[this.at]!;
    if (first < 0x80 && this.at < this.#end) {
      this.at++;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.u8();
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new DamagedRecord('a length does not end');
  }

  text(): string {
    const length = this.varint();
    return readUtf8(this.#bytes, this.#take(length), length);
  }

  /** A copy, in memory of its own. */
  blob(): Uint8Array {
    const length = this.varint();
    return this.raw(length);
  }

  raw(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  #take(length: number): number {
    const { at } = this;
    if (length > this.#end - at) throw new DamagedRecord('a value goes on behind the end of its record');
    this.at = at + length;
    return at;
  }
}
