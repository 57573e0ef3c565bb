import type { Checksum, Disk, DiskFile, WriteMode } from '@weft/base';
import { damaged, newerFormat } from './faults.ts';
import {
  FRAME_HEADER_BYTES,
  FRAME_KINDS,
  frameBytes,
  getInteger,
  sealFrame,
  setInteger,
  type FrameHead,
} from './frame.ts';
import {
  FRAMES_AT,
  JOURNAL_FORMAT,
  readSegmentHeader,
  segmentName,
  writeSegmentHeader,
  type SegmentHeader,
} from './segment-header.ts';
import { SegmentWindow } from './segment-window.ts';

/** Up to which lsn of each partition, by its number, something is there. Those behind the end have 0. */
export type Positions = readonly number[];

/** A segment of a journal, as its header and start frame say. */
export interface Segment {
  readonly path: string;
  /** What a user calls it. */
  readonly place: string;
  readonly journal: string;
  readonly firstSequence: number;
  /** What stands in segments before. */
  readonly positions: Positions;
  /** Its start frame: frames behind it begin at `framesAt`. */
  readonly start: FrameHead;
  readonly framesAt: number;
}

/** What checksums of the frames of a journal go on from, so that frames of another never pass for its own. */
export function seedOf(journal: string, checksum: Checksum): number {
  const letters = Uint8Array.from(journal, (letter) => letter.charCodeAt(0));
  return checksum(letters, 0, letters.length);
}

/** Reads what a segment says of itself. Throws JOURNAL_DAMAGED, JOURNAL_FORMAT. */
export async function readSegment(disk: Disk, path: string, file: DiskFile, checksum: Checksum): Promise<Segment> {
  const place = disk.locate(path);
  const size = await file.size();
  const front = new Uint8Array(FRAMES_AT);
  const length = await file.read(0, front);
  const header = readSegmentHeader(front.subarray(0, length), checksum);
  if (header === undefined) throw damaged(place, 0, 'neither copy of the header of this segment can be read');
  if (header.format > JOURNAL_FORMAT) throw newerFormat(place, header.format, JOURNAL_FORMAT);
  if (!path.endsWith(segmentName(header.firstSequence)))
    throw damaged(place, 0, `the header is that of ${segmentName(header.firstSequence)}`);
  const window = new SegmentWindow(file, size, checksum, seedOf(header.journal, checksum));
  const first = await window.frame(FRAMES_AT);
  if (first?.head.kind !== FRAME_KINDS.start || first.head.sequence !== header.firstSequence)
    throw damaged(place, FRAMES_AT, 'the start frame of this segment cannot be read');
  const { head, bytes, start } = first;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, head.length);
  const positions = Array.from({ length: (head.length - FRAME_HEADER_BYTES) / 8 }, (_, i) =>
    getInteger(view, FRAME_HEADER_BYTES + 8 * i),
  );
  return { ...header, path, place, positions, start: head, framesAt: FRAMES_AT + head.length };
}

export interface NewSegment {
  readonly header: Omit<SegmentHeader, 'format'>;
  readonly positions: Positions;
  /** Checksum of the last frame before it. */
  readonly chain: number;
  /** How its file is written from then on. */
  readonly mode: WriteMode;
}

/**
 * Makes a segment, under another name until it is whole and synced: a segment of its own name always has its header. Resolves once it outlasts a
 * crash.
 */
export async function makeSegment(
  disk: Disk,
  directory: string,
  { header, positions, chain, mode }: NewSegment,
  checksum: Checksum,
): Promise<{ readonly segment: Segment; readonly file: DiskFile }> {
  const path = `${directory}/${segmentName(header.firstSequence)}`;
  const length = frameBytes(8 * positions.length);
  const bytes = new Uint8Array(FRAMES_AT + length);
  writeSegmentHeader(bytes, { ...header, format: JOURNAL_FORMAT }, checksum);
  const view = new DataView(bytes.buffer, FRAMES_AT);
  for (const [i, position] of positions.entries()) setInteger(view, FRAME_HEADER_BYTES + 8 * i, position);
  const { firstSequence } = header;
  const head = { length, kind: FRAME_KINDS.start, chain, sequence: firstSequence, safe: firstSequence - 1, records: 0 };
  const crc = sealFrame(bytes, FRAMES_AT, head, checksum, seedOf(header.journal, checksum));
  const file = await disk.create(`${path}${UNFINISHED}`, mode);
  try {
    await file.write(0, bytes);
    await file.sync();
    await disk.rename(`${path}${UNFINISHED}`, path);
    await disk.syncDirectory(directory);
  } catch (error) {
    await file.close();
    throw error;
  }
  const place = disk.locate(path);
  return { file, segment: { ...header, path, place, positions, start: { ...head, crc }, framesAt: bytes.length } };
}

/** Ends the names of segments that are being made. */
export const UNFINISHED = '.new';
