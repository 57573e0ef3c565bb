import type { Checksum } from '@weft/base';
import { getInteger, setInteger } from './frame.ts';

/**
 * A segment begins with its header, twice, in sectors of their own; frames follow from 1,024 on, first of them the start frame, which says
 * up to which lsn of each partition everything stands in segments before. Little-endian.
 *
 * | at | bytes | field                                       |
 * |---:|------:|---------------------------------------------|
 * |  0 |     8 | "WEFTJRNL"                                  |
 * |  8 |     4 | format: 1                                   |
 * | 12 |     4 | 0                                           |
 * | 16 |    16 | id of the journal, at random when it began  |
 * | 32 |     8 | sequence of the first frame                 |
 * | 40 |    20 | 0                                           |
 * | 60 |     4 | CRC-32 of the 60 bytes before               |
 */
export const JOURNAL_FORMAT = 1;
export const SEGMENT_HEADER_BYTES = 64;
const HEADER_COPY_AT = 512;
/** Where the first frame begins. */
export const FRAMES_AT = 1024;
const MAGIC = Uint8Array.from('WEFTJRNL', (letter) => letter.charCodeAt(0));
const CRC_AT = 60;

export interface SegmentHeader {
  readonly format: number;
  /** 32 hexadecimal digits. */
  readonly journal: string;
  readonly firstSequence: number;
}

/** Writes both copies to the front of `bytes`. */
export function writeSegmentHeader(
  bytes: Uint8Array,
  { journal, firstSequence }: SegmentHeader,
  checksum: Checksum,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  bytes.set(MAGIC);
  view.setUint32(8, JOURNAL_FORMAT, true);
  for (let i = 0; i < 16; i++) bytes[16 + i] = Number.parseInt(journal.slice(2 * i, 2 * i + 2), 16);
  setInteger(view, 32, firstSequence);
  view.setUint32(CRC_AT, checksum(bytes, 0, CRC_AT), true);
  bytes.copyWithin(HEADER_COPY_AT, 0, SEGMENT_HEADER_BYTES);
}

/** The header of a segment whose first bytes these are; `undefined` where both copies are damaged. */
export function readSegmentHeader(bytes: Uint8Array, checksum: Checksum): SegmentHeader | undefined {
  return readCopy(bytes, 0, checksum) ?? readCopy(bytes, HEADER_COPY_AT, checksum);
}

function readCopy(bytes: Uint8Array, at: number, checksum: Checksum): SegmentHeader | undefined {
  if (at + SEGMENT_HEADER_BYTES > bytes.length) return undefined;
  if (MAGIC.some((byte, i) => bytes[at + i] !== byte)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, SEGMENT_HEADER_BYTES);
  if (view.getUint32(CRC_AT, true) !== checksum(bytes, at, at + CRC_AT)) return undefined;
  const journal = Array.from(bytes.subarray(at + 16, at + 32), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { format: view.getUint32(8, true), journal, firstSequence: getInteger(view, 32) };
}

const DIGITS = 16;

export function segmentName(firstSequence: number): string {
  return `${String(firstSequence).padStart(DIGITS, '0')}.wal`;
}

/** Whether a name is that of a segment. */
export function isSegmentName(name: string): boolean {
  return /^\d{16}\.wal$/.test(name);
}
