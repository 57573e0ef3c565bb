import type { Checksum } from '@weft/base';
import { HEADER_BYTES } from '../record/record.ts';
import { FRAME_HEADER_BYTES, frameBytes } from './frame.ts';

/** Records of a group go on until it has so many bytes; a longer record is a group of its own. */
export const GROUP_BYTES_MAX = 4 * 1024 * 1024;
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
    return this.records === 0 || this.bodyBytes + length <= GROUP_BYTES_MAX;
  }

  /** Copies a record and fills in its checksum. */
  add(source: Uint8Array, start: number, end: number): void {
    const at = this.#end;
    const next = at + end - start;
    if (frameBytes(next) > this.bytes.length) this.#grow(frameBytes(next));
    if (end - start <= COPIED_BYTES_MAX) for (let i = start; i < end; i++) this.bytes[at + i - start] = source[i]!;
    else this.bytes.set(source.subarray(start, end), at);
    this.#view.setUint32(at + 4, this.#checksum(this.bytes, at + CHECKED_FROM, next), true);
    this.#end = next;
    this.records++;
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
/** Below it a loop is quicker than a call. */
const COPIED_BYTES_MAX = HEADER_BYTES + 20;
