import type { Checksum } from '@weft/base';
import { FRAME_HEADER_BYTES, frameBytes } from './frame.ts';

/** Records of a group go on until it has so many bytes, whose checksums take a millisecond; a longer record is a group of its own. */
export const GROUP_BYTES_MAX = 1024 * 1024;
const BUFFER_BYTES_MIN = 64 * 1024;

/** The records that the next frame will hold, with room for the frame's head in front of them. One buffer serves one group after another. */
export class Group {
  bytes = new Uint8Array(BUFFER_BYTES_MIN);
  records = 0;
  #end = FRAME_HEADER_BYTES;
  #view = new DataView(this.bytes.buffer);
  readonly #checksum: Checksum;

  constructor(checksum: Checksum) {
    this.#checksum = checksum;
  }

  /** Bytes of the records. */
  get bodyBytes(): number {
    return this.#end - FRAME_HEADER_BYTES;
  }

  clear(): void {
    this.records = 0;
    this.#end = FRAME_HEADER_BYTES;
    if (this.bytes.length > frameBytes(GROUP_BYTES_MAX)) this.#use(new Uint8Array(BUFFER_BYTES_MIN));
  }

  /** Whether a record of this length still belongs to the group. */
  takes(length: number): boolean {
    return this.records === 0 || length <= this.roomBytes;
  }

  /** Bytes of records that still belong to it; below zero where one is longer than a group should be. */
  get roomBytes(): number {
    return GROUP_BYTES_MAX - this.bodyBytes;
  }

  /** Copies records that stand one behind the other, and fills in the checksum of each. */
  add(source: Uint8Array, start: number, end: number): void {
    const next = this.#end + end - start;
    if (frameBytes(next) > this.bytes.length) this.#grow(frameBytes(next));
    this.bytes.set(source.subarray(start, end), this.#end);
    while (this.#end < next) {
      const at = this.#end;
      this.#end += this.#view.getUint32(at, true);
      this.#view.setUint32(at + 4, this.#checksum(this.bytes, at + CHECKED_FROM, this.#end), true);
      this.records++;
    }
  }

  /** The length of the frame, whose end is filled with zeros. */
  finish(): number {
    const length = frameBytes(this.bodyBytes);
    this.bytes.fill(0, this.#end, length);
    return length;
  }

  #grow(bytes: number): void {
    const wider = new Uint8Array(Math.max(bytes, Math.min(2 * this.bytes.length, frameBytes(GROUP_BYTES_MAX))));
    wider.set(this.bytes.subarray(0, this.#end));
    this.#use(wider);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

/** The checksum of a record is of what follows length and checksum. */
const CHECKED_FROM = 8;
