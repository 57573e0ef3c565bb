import { assert, writeUtf8 } from '@weft/base';

/** Varints hold up to 28 bits: more than the bytes of any value. */
const VARINT_MAX = 2 ** 28 - 1;

/** Writes values one after another; the mirror of `ByteReader`. The target has room: its length was computed first. */
export class ByteWriter {
  readonly #bytes: Uint8Array;
  /** Made when first needed: text and bytes do without. */
  #lazyView: DataView | undefined;
  #at: number;

  constructor(bytes: Uint8Array, offset: number) {
    this.#bytes = bytes;
    this.#at = offset;
  }

  /** Where the next value goes. */
  get at(): number {
    return this.#at;
  }

  u8(value: number): void {
    const start = this.#take(1);
    assert(start < this.#bytes.length, 'a byte is written where there is room');
    this.#bytes[start] = value;
  }

  i16(value: number): void {
    this.#view.setInt16(this.#take(2), value, true);
  }

  i32(value: number): void {
    this.#view.setInt32(this.#take(4), value, true);
  }

  i64(value: bigint): void {
    this.#view.setBigInt64(this.#take(8), value, true);
  }

  f32(value: number): void {
    this.#view.setFloat32(this.#take(4), value, true);
  }

  f64(value: number): void {
    this.#view.setFloat64(this.#take(8), value, true);
  }

  varint(value: number): void {
    assert(value >= 0 && value <= VARINT_MAX, 'a varint has at most four bytes');
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest);
  }

  /** `length` is the text's `utf8Length`. */
  utf8(text: string, length: number): void {
    const start = this.#take(length);
    assert(start + length <= this.#bytes.length, 'text is written where there is room');
    writeUtf8(this.#bytes, start, text);
  }

  bytes(value: Uint8Array): void {
    this.#bytes.set(value, this.#take(value.length));
  }

  get #view(): DataView {
    return (this.#lazyView ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength));
  }

  #take(length: number): number {
    const start = this.#at;
    this.#at = start + length;
    return start;
  }
}

/** Bytes that `varint` writes. */
export function varintBytes(value: number): number {
  return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
}
