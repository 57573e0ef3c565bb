import { crc32 } from '@weft/base';
import { FRAME_HEADER_BYTES, PREAMBLE_BYTES } from './frame.ts';
import { ANSWER_FRAME_BYTES_MAX, PROTOCOL_VERSION } from './limits.ts';
import { ProtocolFault } from './protocol-fault.ts';

/** Room for a frame that is not whole that is kept for the next one. */
const ROOM_KEPT_BYTES = 64 * 1024;
const ROOM_BYTES_MIN = 64;
const NO_BYTES = new Uint8Array(0);

/**
 * Cuts what comes into frames, however it was cut on its way. Holds no more than one frame, and trusts no length before it was compared with its bound: room is
 * made for twice what has come, not for what is said to come.
 */
export class FrameReader {
  readonly #onContent: (bytes: Uint8Array, start: number, end: number) => void;
  /** What came of a frame, or preamble, that is not whole yet. */
  #held = NO_BYTES;
  #heldLength = 0;
  #isOpened = false;
  readonly #strange: (first: Uint8Array) => ProtocolFault;
  /** Bytes of content that a frame may have. */
  bytesMax: number;

  /**
   * `onContent` is given each frame's content; the bytes are valid within the call only. `strange`: what is said of first bytes that are not those of the
   * protocol.
   */
  constructor(
    onContent: (bytes: Uint8Array, start: number, end: number) => void,
    bytesMax = ANSWER_FRAME_BYTES_MAX,
    strange: (first: Uint8Array) => ProtocolFault = strangeBytes,
  ) {
    this.#strange = strange;
    this.#onContent = onContent;
    this.bytesMax = bytesMax;
  }

  /** Bytes that wait for the rest of their frame. */
  get heldBytes(): number {
    return this.#heldLength;
  }

  /** Whether the preamble has come. */
  get isOpened(): boolean {
    return this.#isOpened;
  }

  /** Throws ProtocolFault; nothing is to be pushed after that. */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (this.#heldLength > 0 && at < chunk.length) {
      const needed = this.#needed(this.#held, 0, this.#heldLength);
      const taken = Math.min(needed - this.#heldLength, chunk.length - at);
      this.#hold(chunk, at, at + taken, needed);
      at += taken;
      if (this.#heldLength < needed) continue;
      // The header told of more than the header.
      if (this.#needed(this.#held, 0, this.#heldLength) > this.#heldLength) continue;
      const length = this.#heldLength;
      this.#heldLength = 0;
      this.#whole(this.#held, 0, length);
      if (this.#held.length > ROOM_KEPT_BYTES) this.#held = NO_BYTES;
    }
    while (at < chunk.length) {
      const needed = this.#needed(chunk, at, chunk.length);
      if (needed > chunk.length - at) return this.#hold(chunk, at, chunk.length, needed);
      this.#whole(chunk, at, at + needed);
      at += needed;
    }
  }

  /** Bytes of the preamble or frame that begins at `at`, as far as what is there tells. */
  #needed(bytes: Uint8Array, at: number, end: number): number {
    if (!this.#isOpened) {
      this.#checkPreamble(bytes, at, Math.min(end, at + PREAMBLE_BYTES));
      return PREAMBLE_BYTES;
    }
    if (end - at < FRAME_HEADER_BYTES) return FRAME_HEADER_BYTES;
    const length = u32(bytes, at);
    if (length > this.bytesMax || length === 0)
      throw new ProtocolFault(`a frame says that it has ${length} bytes; 1 to ${this.bytesMax} are taken`);
    return FRAME_HEADER_BYTES + length;
  }

  #checkPreamble(bytes: Uint8Array, at: number, end: number): void {
    const mark = [0x57, 0x45, 0x46, 0x54];
    for (let i = at; i < Math.min(end, at + 4); i++)
      if (bytes[i] !== mark[i - at]) throw this.#strange(bytes.subarray(at, end));
    if (end - at < PREAMBLE_BYTES) return;
    const [lowest, highest] = [bytes[at + 4]!, bytes[at + 5]!];
    if (lowest > PROTOCOL_VERSION || highest < PROTOCOL_VERSION)
      throw new ProtocolFault(
        `the other end speaks versions ${lowest} to ${highest} of the protocol, this one version ${PROTOCOL_VERSION}`,
      );
  }

  #hold(chunk: Uint8Array, start: number, end: number, needed: number): void {
    const length = this.#heldLength + end - start;
    if (this.#held.length < length) {
      const larger = new Uint8Array(Math.min(needed, Math.max(2 * length, ROOM_BYTES_MIN)));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(chunk.subarray(start, end), this.#heldLength);
    this.#heldLength = length;
  }

  #whole(bytes: Uint8Array, at: number, end: number): void {
    if (!this.#isOpened) {
      this.#isOpened = true;
      return;
    }
    const start = at + FRAME_HEADER_BYTES;
    if (crc32(bytes, start, end) !== u32(bytes, at + 4)) throw new ProtocolFault('a frame does not have its checksum');
    this.#onContent(bytes, start, end);
  }
}

function strangeBytes(): ProtocolFault {
  return new ProtocolFault('the first bytes are not those of the protocol');
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
