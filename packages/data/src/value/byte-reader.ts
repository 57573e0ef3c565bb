import { assert, readUtf8 } from '@weft/base';

/**
 * Reads values one after another from a stretch of bytes. Every length is checked against the end before it is used:
 * damaged bytes end in an assertion, never in somebody else's memory.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  /** Made when first needed: text and bytes do without. */
  #lazyView: DataView | undefined;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, offset: number, length: number) {
    assert(offset >= 0 && length >= 0 && offset + length <= bytes.length, 'the stretch lies inside the bytes');
    this.#bytes = bytes;
    this.#at = offset;
    this.#end = offset + length;
  }

  /** Bytes not yet read. */
  get rest(): number {
    return this.#end - this.#at;
  }

  u8(): number {
    return this.#bytes[this.#take(1)];
  }

  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }

  /** LEB128, at most 28 bits in four bytes. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.u8();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return assert(false, 'a varint has at most four bytes') as never;
  }

  utf8(length: number): string {
    return readUtf8(this.#bytes, this.#take(length), length);
  }

  /** A copy, in memory of its own. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  get #view(): DataView {
    return (this.#lazyView ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength));
  }

  #take(length: number): number {
    const start = this.#at;
    assert(length <= this.#end - start, 'a value ends inside its stretch of bytes');
    this.#at = start + length;
    return start;
  }
}
