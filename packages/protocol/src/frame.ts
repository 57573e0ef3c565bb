/**
 * A frame: what one end sends in one go, any number of messages.
 *
 * | bytes | what |
 * |---|---|
 * | 4 | length of the content, up to FRAME_BYTES_MAX, of a host's to ANSWER_FRAME_BYTES_MAX |
 * | 4 | CRC-32 of the content |
 * | n | the content: messages one behind the other |
 *
 * All numbers are little-endian. Before its first frame each end sends the preamble: `WEFT`, the lowest and the highest version that it speaks
 * (a byte each), and two bytes 0.
 */
import { crc32 } from '@weft/base';
import { RecordBytes } from '@weft/log';
import { copyOut, SLAB_FRAME_BYTES_MAX } from './frame-slab.ts';
import { ANSWER_FRAME_BYTES_MAX, PROTOCOL_VERSION } from './limits.ts';

export const FRAME_HEADER_BYTES = 8;
export const PREAMBLE_BYTES = 8;

const FIRST_BYTES = 1 << 10;

export function preamble(): Uint8Array {
  return new Uint8Array([0x57, 0x45, 0x46, 0x54, PROTOCOL_VERSION, PROTOCOL_VERSION, 0, 0]);
}

/** Gathers messages into a frame. */
export class FrameWriter {
  #target = new RecordBytes(FIRST_BYTES);

  constructor() {
    this.#target.at = FRAME_HEADER_BYTES;
  }

  get isEmpty(): boolean {
    return this.#target.at === FRAME_HEADER_BYTES;
  }

  /** Bytes of messages so far. */
  get length(): number {
    return this.#target.at - FRAME_HEADER_BYTES;
  }

  /** Where the next message goes, with room for so many bytes. Valid until the next call. Throws RangeError where there is more already than any frame has. */
  room(bytes: number): RecordBytes {
    const target = this.#target;
    if (target.bytes.length - target.at >= bytes) return target;
    if (target.at > ANSWER_FRAME_BYTES_MAX) throw new RangeError('a message is longer than any frame');
    const larger = new RecordBytes(Math.max(2 * target.bytes.length, target.at + bytes));
    larger.bytes.set(target.bytes.subarray(0, target.at));
    larger.at = target.at;
    return (this.#target = larger);
  }

  /** The messages from `length` on, in memory of their own. */
  copy(length: number): Uint8Array {
    return this.#target.bytes.slice(FRAME_HEADER_BYTES + length, this.#target.at);
  }

  /** Writes a u32 over what was written, where the frame had this length. */
  patch(length: number, value: number): void {
    this.#target.view.setUint32(FRAME_HEADER_BYTES + length, value, true);
  }

  /** Takes back a message that was begun at `length`. */
  cut(length: number): void {
    this.#target.at = FRAME_HEADER_BYTES + length;
  }

  /**
   * The frame; the writer begins another. `isKept`: it may wait for long before it has left, so that it has memory of its own: many that wait would hold
   * whole slabs back, far more than their bytes.
   */
  take(isKept = true): Uint8Array {
    const { bytes, view, at } = this.#target;
    view.setUint32(0, at - FRAME_HEADER_BYTES, true);
    view.setUint32(4, crc32(bytes, FRAME_HEADER_BYTES, at), true);
    if (at > SLAB_FRAME_BYTES_MAX) {
      this.#begin(Math.min(bytes.length, 2 * at));
      return bytes.subarray(0, at);
    }
    const frame = isKept ? bytes.slice(0, at) : copyOut(bytes, at);
    // What a long message that was taken back needed is not held on to.
    if (bytes.length > 2 * SLAB_FRAME_BYTES_MAX) this.#begin(FIRST_BYTES);
    else this.#target.at = FRAME_HEADER_BYTES;
    return frame;
  }

  #begin(length: number): void {
    this.#target = new RecordBytes(length);
    this.#target.at = FRAME_HEADER_BYTES;
  }
}
