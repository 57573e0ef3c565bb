import type { Checksum } from '@weft/base';

/**
 * A frame holds what one write brought to the journal: whole records, of any partitions, in the order in which they happened.
 * Little-endian; the length is a multiple of eight, what is behind the last record is zero.
 *
 * | at | bytes | field                                                                            |
 * |---:|------:|----------------------------------------------------------------------------------|
 * |  0 |     4 | length of the whole frame                                                        |
 * |  4 |     4 | CRC-32 of the bytes from 8 on, going on from that of the journal's id            |
 * |  8 |     2 | "WF"                                                                             |
 * | 10 |     1 | kind: 1 records, 2 start of a segment, 3 end of a segment                        |
 * | 11 |     1 | 0                                                                                |
 * | 12 |     4 | chain: the CRC-32 of the frame before; 0 in the first of a journal               |
 * | 16 |     8 | sequence: frames are counted from 1 through all segments                         |
 * | 24 |     8 | safe: all frames up to this sequence were synced before this one was written     |
 * | 32 |     4 | records                                                                          |
 * | 36 |     4 | 0                                                                                |
 *
 * `safe` tells a torn end from damage: a frame that cannot be read, and that a later one calls safe, was there once.
 */
export const FRAME_HEADER_BYTES = 40;
export const FRAME_ALIGNMENT = 8;
export const FRAME_KINDS = { records: 1, start: 2, end: 3 } as const;
export type FrameKind = (typeof FRAME_KINDS)[keyof typeof FRAME_KINDS];
const MAGIC = 0x4657;

export interface FrameHead {
  readonly length: number;
  readonly crc: number;
  readonly kind: FrameKind;
  readonly chain: number;
  readonly sequence: number;
  readonly safe: number;
  readonly records: number;
}

/** Bytes of a frame with so many in its body. */
export function frameBytes(bodyBytes: number): number {
  return Math.ceil((FRAME_HEADER_BYTES + bodyBytes) / FRAME_ALIGNMENT) * FRAME_ALIGNMENT;
}

/** Writes the head of a frame whose body, and the zeros behind it, stand in `bytes` already; answers its checksum. `seed`: what it goes on from. */
export function sealFrame(
  bytes: Uint8Array,
  start: number,
  head: Omit<FrameHead, 'crc'>,
  checksum: Checksum,
  seed: number,
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, FRAME_HEADER_BYTES);
  view.setUint32(0, head.length, true);
  view.setUint16(8, MAGIC, true);
  view.setUint8(10, head.kind);
  view.setUint8(11, 0);
  view.setUint32(12, head.chain, true);
  setInteger(view, 16, head.sequence);
  setInteger(view, 24, head.safe);
  view.setUint32(32, head.records, true);
  view.setUint32(36, 0, true);
  const crc = checksum(bytes, start + 8, start + head.length, seed);
  view.setUint32(4, crc, true);
  return crc;
}

/** The head of a frame as it says of itself; `undefined` where no frame begins. Its checksum is not compared. */
export function frameHead(bytes: Uint8Array, start: number): FrameHead | undefined {
  if (start + FRAME_HEADER_BYTES > bytes.length) return undefined;
  if (bytes[start + 8] !== (MAGIC & 0xff) || bytes[start + 9] !== MAGIC >>> 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, FRAME_HEADER_BYTES);
  const length = view.getUint32(0, true);
  const kind = view.getUint8(10);
  if (length < FRAME_HEADER_BYTES || length % FRAME_ALIGNMENT !== 0 || kind < 1 || kind > 3) return undefined;
  return {
    length,
    crc: view.getUint32(4, true),
    kind: kind as FrameKind,
    chain: view.getUint32(12, true),
    sequence: getInteger(view, 16),
    safe: getInteger(view, 24),
    records: view.getUint32(32, true),
  };
}

const TWO_32 = 0x1_0000_0000;

export function setInteger(view: DataView, at: number, value: number): void {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / TWO_32), true);
}

export function getInteger(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * TWO_32;
}
