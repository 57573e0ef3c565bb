import type { Checksum, DiskFile } from '@weft/base';
import { FRAME_ALIGNMENT, FRAME_HEADER_BYTES, frameHead, type FrameHead } from './frame.ts';

/** Bytes of a segment that are read at once. */
const WINDOW_BYTES = 4 * 1024 * 1024;

/** A frame that was read: its bytes stay as they are until the window moves on. */
export interface FramePlace {
  readonly head: FrameHead;
  readonly bytes: Uint8Array;
  readonly start: number;
}

/** Reads frames of one segment, from its beginning to its end. */
export class SegmentWindow {
  readonly size: number;
  readonly #file: DiskFile;
  readonly #checksum: Checksum;
  readonly #seed: number;
  #buffer: Uint8Array;
  /** Where in the file the buffer begins, and how many bytes of it are there. */
  #from = 0;
  #length = 0;

  /** `seed`: what checksums of the journal's frames go on from. */
  constructor(file: DiskFile, size: number, checksum: Checksum, seed: number) {
    this.size = size;
    this.#file = file;
    this.#checksum = checksum;
    this.#seed = seed;
    this.#buffer = new Uint8Array(Math.min(size, WINDOW_BYTES));
  }

  /** The whole frame at a place whose checksum is right; `undefined` where there is none. */
  async frame(at: number): Promise<FramePlace | undefined> {
    await this.#load(at, FRAME_HEADER_BYTES);
    const head = this.#head(at);
    if (head === undefined || at + head.length > this.size) return undefined;
    await this.#load(at, head.length);
    return this.#checked(at, head);
  }

  /** Where behind `at` a frame stands that says that the one of this sequence was safe; `undefined`: nowhere. */
  async witness(at: number, sequence: number): Promise<number | undefined> {
    for (let place = at; place + FRAME_HEADER_BYTES <= this.size;) {
      await this.#load(place, FRAME_HEADER_BYTES);
      if (this.#from + this.#length < place + FRAME_HEADER_BYTES) return undefined;
      place = this.#candidate(place, sequence);
      const head = this.#head(place);
      if (head === undefined) continue;
      if ((await this.frame(place)) !== undefined) return place;
      place += FRAME_ALIGNMENT;
    }
    return undefined;
  }

  /** Whether nothing but zeros follows, as a journal leaves them in front of itself. */
  async isBlank(at: number): Promise<boolean> {
    for (let place = at; place < this.size; place = this.#from + this.#length) {
      await this.#load(place, 1);
      if (this.#length === 0) return true;
      if (this.#buffer.subarray(place - this.#from, this.#length).some((byte) => byte !== 0)) return false;
    }
    return true;
  }

  /** The first place in the buffer where such a frame may begin, or the first that is not in it as a whole. */
  #candidate(at: number, sequence: number): number {
    for (let place = at; ; place += FRAME_ALIGNMENT) {
      const start = place - this.#from;
      if (start + FRAME_HEADER_BYTES > this.#length) return place;
      const head = frameHead(this.#buffer, start);
      if (head !== undefined && head.safe >= sequence && place + head.length <= this.size) return place;
    }
  }

  #head(at: number): FrameHead | undefined {
    const start = at - this.#from;
    return start + FRAME_HEADER_BYTES > this.#length ? undefined : frameHead(this.#buffer, start);
  }

  #checked(at: number, head: FrameHead): FramePlace | undefined {
    const start = at - this.#from;
    if (start + head.length > this.#length) return undefined;
    const crc = this.#checksum(this.#buffer, start + 8, start + head.length, this.#seed);
    return crc === head.crc ? { head, bytes: this.#buffer, start } : undefined;
  }

  /** Sees to it that so many bytes are in the buffer, or all that there are. */
  async #load(at: number, bytes: number): Promise<void> {
    const end = Math.min(at + bytes, this.size);
    if (at >= this.#from && end <= this.#from + this.#length) return;
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    this.#from = at;
    this.#length = await this.#file.read(at, this.#buffer.subarray(0, Math.min(this.#buffer.length, this.size - at)));
  }
}
