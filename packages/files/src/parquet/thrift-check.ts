/**
 * A walk over a structure in Thrift's compact protocol, before a decoder takes it that believes its lengths: that one allocates a list of 33 million
 * entries at once where five bytes claim it, and lists of such lists end the process.
 *
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */

const STOP = 0;
const BOOL_TRUE = 1;
const BOOL_FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const STRUCT = 12;

/** Structures and lists in one another. Those of Parquet are seven deep. */
const DEPTH_MAX = 32;
/** Seven bits a byte: no number has more than 64. */
const VARINT_BYTES_MAX = 10;

/** Throws RangeError unless the structure at the offset ends within the bytes, and no list in it claims more entries than bytes follow. */
export function checkThrift(bytes: DataView, offset: number): void {
  new ThriftWalk(bytes, offset).struct(0);
}

class ThriftWalk {
  readonly #bytes: DataView;
  #at: number;

  constructor(bytes: DataView, offset: number) {
    this.#bytes = bytes;
    this.#at = offset;
  }

  struct(depth: number): void {
    if (depth > DEPTH_MAX) throw new RangeError('its structures lie too deep in one another');
    for (;;) {
      const head = this.#byte();
      const type = head & 0x0f;
      if (type === STOP) return;
      if (head >> 4 === 0) this.#varint();
      if (type !== BOOL_TRUE && type !== BOOL_FALSE) this.#element(type, depth);
    }
  }

  #element(type: number, depth: number): void {
    switch (type) {
      case BOOL_TRUE:
      case BOOL_FALSE:
      case BYTE:
        return this.#skip(1);
      case I16:
      case I32:
      case I64:
        this.#varint();
        return;
      case DOUBLE:
        return this.#skip(8);
      case BINARY:
        return this.#skip(this.#varint());
      case LIST:
        return this.#list(depth + 1);
      case STRUCT:
        return this.struct(depth + 1);
      default:
        throw new RangeError('it has a value of an unknown type');
    }
  }

  #list(depth: number): void {
    if (depth > DEPTH_MAX) throw new RangeError('its lists lie too deep in one another');
    const head = this.#byte();
    const count = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Each entry has a byte at least.
    if (count > this.#left) throw new RangeError(`a list claims ${count} entries in ${this.#left} bytes`);
    for (let i = 0; i < count; i++) this.#element(head & 0x0f, depth);
  }

  get #left(): number {
    return this.#bytes.byteLength - this.#at;
  }

  #byte(): number {
    this.#skip(1);
    return this.#bytes.getUint8(this.#at - 1);
  }

  #varint(): number {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw new RangeError('it has a number of more than 64 bits');
  }

  #skip(count: number): void {
    if (count > this.#left) throw new RangeError('what it says of itself leads beyond its end');
    this.#at += count;
  }
}
