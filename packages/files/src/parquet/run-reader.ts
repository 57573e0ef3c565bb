/**
 * Reads small unsigned integers in the hybrid of runs and packed bits that Parquet writes levels and dictionary indices in:
 *
 *     header (a varint)   then
 *     count << 1          one value in as few bytes as hold it, meant `count` times
 *     groups << 1 | 1     8 · groups values of `width` bits each, the lowest bits first
 *
 * https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE. The last packed run may be cut behind the last value that is
 * asked for, as some writers do. Nothing is read beyond the bytes, and nothing is allocated, whatever the headers claim.
 */
export class RunReader {
  readonly #bytes: Uint8Array;
  readonly #width: number;
  #at = 0;
  /** Values left of the run. */
  #left = 0;
  #isPacked = false;
  #value = 0;
  /** Bits read from the packed run that no value took yet, the lowest first, and how many. */
  #bits = 0;
  #bitCount = 0;

  /** `width`: bits of a value, from 0 to 32; of 32 bits, the sign is the highest. */
  constructor(bytes: Uint8Array, width: number) {
    if (!(width >= 0 && width <= 32)) throw new RangeError(`its integers have ${width} bits`);
    this.#bytes = bytes;
    this.#width = width;
  }

  /** Bits without a header, such as booleans are written as. */
  static packed(bytes: Uint8Array, width: number, count: number): RunReader {
    const reader = new RunReader(bytes, width);
    reader.#isPacked = true;
    reader.#left = count;
    return reader;
  }

  /** Puts the next values into the beginning of `into`. Throws RangeError where there are fewer. */
  read(into: Int32Array, count: number): void {
    if (this.#width === 0) {
      into.fill(0, 0, count);
      return;
    }
    for (let done = 0; done < count;) {
      if (this.#left === 0) this.#nextRun();
      const part = Math.min(this.#left, count - done);
      if (!this.#isPacked) into.fill(this.#value, done, done + part);
      else if (this.#width <= NARROW_BITS) this.#unpack(into, done, done + part);
      else this.#unpackWide(into, done, done + part);
      this.#left -= part;
      done += part;
    }
  }

  /** Passes over the next values where one run says that all are `value`; otherwise does nothing and answers false. */
  pass(count: number, value: number): boolean {
    if (this.#left === 0 && count > 0) this.#nextRun();
    if (this.#isPacked || this.#left < count || this.#value !== value) return false;
    this.#left -= count;
    return true;
  }

  #nextRun(): void {
    // Empty runs take a byte at least, so the bytes are a bound.
    while (this.#left === 0) {
      const header = this.#header();
      this.#isPacked = header % 2 === 1;
      this.#left = Math.floor(header / 2) * (this.#isPacked ? 8 : 1);
      this.#bits = this.#bitCount = 0;
      if (!this.#isPacked) this.#value = this.#repeated();
    }
  }

  #header(): number {
    let header = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return header;
    }
    throw new RangeError('a run of it has no end');
  }

  #repeated(): number {
    let value = 0;
    for (let shift = 0; shift < this.#width; shift += 8) value |= this.#byte() << shift;
    if (this.#width < 32 && value >>> this.#width !== 0) throw new RangeError('a run of it repeats what is too large');
    return value;
  }

  #byte(): number {
    if (this.#at >= this.#bytes.length) throw new RangeError('its runs end early');
    return this.#bytes[this.#at++]!;
  }

  /** Up to 24 bits wide: with the 7 bits that may wait, a value and its last byte fit 32. */
  #unpack(into: Int32Array, from: number, to: number): void {
    const bytes = this.#bytes;
    const width = this.#width;
    const mask = (1 << width) - 1;
    let at = this.#at;
    let bits = this.#bits;
    let bitCount = this.#bitCount;
    this.#checkBytes(Math.ceil(((to - from) * width - bitCount) / 8));
    for (let i = from; i < to; i++) {
      while (bitCount < width) {
        bits |= bytes[at++]! << bitCount;
        bitCount += 8;
      }
      into[i] = bits & mask;
      bits >>>= width;
      bitCount -= width;
    }
    this.#at = at;
    this.#bits = bits;
    this.#bitCount = bitCount;
  }

  /** Bit by byte: dictionaries of more than 16 million entries are no common thing. */
  #unpackWide(into: Int32Array, from: number, to: number): void {
    this.#checkBytes(Math.ceil(((to - from) * this.#width - this.#bitCount) / 8));
    for (let i = from; i < to; i++) {
      let value = 0;
      for (let have = 0; have < this.#width;) {
        if (this.#bitCount === 0) {
          this.#bits = this.#byte();
          this.#bitCount = 8;
        }
        const take = Math.min(this.#bitCount, this.#width - have);
        value |= (this.#bits & ((1 << take) - 1)) << have;
        this.#bits >>>= take;
        this.#bitCount -= take;
        have += take;
      }
      into[i] = value;
    }
  }

  #checkBytes(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new RangeError('its packed bits end early');
  }
}

const NARROW_BITS = 24;
