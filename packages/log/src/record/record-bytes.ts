import { assert, utf8Length, writeUtf8 } from '@weft/base';

const TWO_32 = 0x1_0000_0000;
/** Texts up to this many units are copied here; a native call costs more than they do. */
const COPIED_UNITS_MAX = 48;

/** Where records are written: little-endian, one value after another. Whoever writes has made room for all of it. */
export class RecordBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }

  u8(value: number): void {
    this.bytes[this.at++] = value;
  }

  u16(value: number): void {
    this.view.setUint16(this.at, value, true);
    this.at += 2;
  }

  i16(value: number): void {
    this.view.setInt16(this.at, value, true);
    this.at += 2;
  }

  i32(value: number): void {
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  f32(value: number): void {
    this.view.setFloat32(this.at, value, true);
    this.at += 4;
  }

  f64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  i64(value: bigint): void {
    this.view.setBigInt64(this.at, value, true);
    this.at += 8;
  }

  /** A safe integer as an int64, without a bigint. */
  integer(value: number): void {
    const high = Math.floor(value / TWO_32);
    this.view.setInt32(this.at, (value - high * TWO_32) | 0, true);
    this.view.setInt32(this.at + 4, high | 0, true);
    this.at += 8;
  }

  /** LEB128: seven bits a byte, the least first. Below 2^32. */
  varint(value: number): void {
    let rest = value >>> 0;
    for (; rest > 0x7f; rest >>>= 7) this.bytes[this.at++] = (rest & 0x7f) | 0x80;
    this.bytes[this.at++] = rest;
  }

  /** Length in bytes as a varint, then UTF-8. */
  text(text: string): void {
    if (text.length <= COPIED_UNITS_MAX && this.#ascii(text)) return;
    const length = utf8Length(text);
    this.varint(length);
    const written = writeUtf8(this.bytes, this.at, text);
    assert(written === length, 'room was made for a text');
    this.at += length;
  }

  /** Length as a varint, then the bytes. */
  blob(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Bytes whose length is known to who reads them. */
  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  /** Whether all of a short text was ASCII and is written. */
  #ascii(text: string): boolean {
    const { bytes } = this;
    const first = this.at + 1;
    let all = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      all |= unit;
      bytes[first + i] = unit;
    }
    if (all > 0x7f) return false;
    bytes[this.at] = text.length;
    this.at = first + text.length;
    return true;
  }
}

/** Bytes of the longest varint. */
export const VARINT_BYTES_MAX = 5;
