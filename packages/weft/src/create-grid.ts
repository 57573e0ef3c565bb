import type { Grid } from '@weft/client';
import { checkOptionNames, SEGMENT_BYTES_DEFAULT, SEGMENTS_MAX_DEFAULT, type AnyType } from '@weft/data';
import { totalmem } from 'node:os';
import { WeftError } from '@weft/base';
import { EmbeddedGrid } from './embedded-grid.ts';

/** Options of `createGrid`. */
export interface GridOptions {
  /** Types to create at once; others are created when `grid.space(Type)` first names them. */
  readonly types?: readonly AnyType[] | undefined;
  /** Partitions that rows are spread over by their routing value: 1 (the default) to 4,096. */
  readonly partitions?: number | undefined;
  /** Bytes of old pages that open reads of one type and partition may hold; past it the oldest gets SNAPSHOT_TOO_OLD. 256 MiB by default. */
  readonly pinnedBytesMax?: number | undefined;
  /** Size of a memory segment in bytes, a power of two from 16 MiB to 1 GiB (the default). Memory is used as rows come. */
  readonly segmentBytes?: number | undefined;
  /**
   * Segments at most; when they are full, writes fail with MEMORY_LIMIT. As many as fit into three quarters of the memory that the
   * machine or container has, 1 to 64, by default.
   */
  readonly segmentsMax?: number | undefined;
  /** Fill freed memory with a pattern, to find readers of freed pages. For tests; slow. */
  readonly poison?: boolean | undefined;
}

const PARTITIONS_MAX = 4096;
const optionNames = ['types', 'partitions', 'pinnedBytesMax', 'segmentBytes', 'segmentsMax', 'poison'];

/**
 * Opens a grid inside this process: it opens no port, loads no native addon and is ready in milliseconds.
 *
 *     await using grid = await createGrid({ types: [Order], partitions: 3 });
 *     const orders = grid.space(Order);
 *
 * Throws OPTION_INVALID, TYPE_CONFLICT, and ENVIRONMENT_UNSUITABLE where the process may not reserve addresses.
 */
export async function createGrid(options: GridOptions = {}): Promise<Grid> {
  checkOptionNames('createGrid', options, optionNames);
  const { partitions = 1, pinnedBytesMax, segmentBytes, segmentsMax, poison, types = [] } = options;
  checkTypes(types);
  checkNumber('partitions', partitions, 1, PARTITIONS_MAX);
  checkNumber('pinnedBytesMax', pinnedBytesMax, 0, Number.MAX_SAFE_INTEGER);
  checkSegmentBytes(segmentBytes);
  checkNumber('segmentsMax', segmentsMax, 1, 1024);
  const grid = new EmbeddedGrid({
    partitions,
    ...(pinnedBytesMax === undefined ? {} : { pinnedBytesMax }),
    arena: {
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      segmentsMax: segmentsMax ?? segmentsThatFit(segmentBytes ?? SEGMENT_BYTES_DEFAULT),
      ...(poison === undefined ? {} : { poison }),
    },
  });
  for (const type of types) grid.space(type);
  return grid;
}

function checkTypes(types: unknown): void {
  if (Array.isArray(types)) return;
  throw new WeftError('OPTION_INVALID', 'createGrid: types is an array of what defineType made, such as [Order].');
}

/** Share of the memory that rows may take unless `segmentsMax` says otherwise: the rest is for V8's heap, indexes and others. */
const MEMORY_SHARE = 3 / 4;

function segmentsThatFit(segmentBytes: number): number {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  const bytes = constrained > 0 && constrained < total ? constrained : total;
  return Math.max(1, Math.min(SEGMENTS_MAX_DEFAULT, Math.floor((bytes * MEMORY_SHARE) / segmentBytes)));
}

function checkNumber(option: string, value: unknown, min: number, max: number): void {
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max))
    return;
  throw new WeftError('OPTION_INVALID', `createGrid: ${option} is a whole number from ${min} to ${max}.`);
}

function checkSegmentBytes(value: unknown): void {
  checkNumber('segmentBytes', value, 1 << 24, 1 << 30);
  if (typeof value !== 'number' || (value & (value - 1)) === 0) return;
  throw new WeftError('OPTION_INVALID', 'createGrid: segmentBytes is a power of two from 16 MiB to 1 GiB.');
}
