import { join } from 'node:path';
import { DiskFault, WeftError, type Disk } from '@weft/base';
import { SLOTS, type PartitionShare } from '@weft/data';

/** What a data directory says of the grid that it is of. */
export interface GridFile {
  readonly partitions: number;
  /** Which of a space's partitions they are, where other hosts have the rest. */
  readonly share?: PartitionShare | undefined;
  /** How many hosts share the space, each in a directory of its own below; only these say the rest. */
  readonly hosts?: number | undefined;
}

const PATH = 'grid.json';
const UNFINISHED = 'grid.json.new';
/** Form of the whole directory: of this file, the names beside it, and what follows from both. */
const FORMAT = 1;
const FILE_BYTES_MAX = 4096;

/** What a data directory says; `undefined` where it is a new one. Throws JOURNAL_FORMAT, JOURNAL_DAMAGED. */
export async function readGridFile(disk: Disk, directory: string): Promise<GridFile | undefined> {
  const text = await textOf(disk);
  if (text === undefined) return undefined;
  const { format, partitions, share, hosts } = parsed(text, directory);
  if (typeof format === 'number' && format > FORMAT)
    throw new WeftError(
      'JOURNAL_FORMAT',
      `The data directory ${directory} has format ${format}; this version of Weft reads formats up to ${FORMAT}.`,
      { details: { directory, format, known: FORMAT } },
    );
  if (format !== FORMAT || !isCount(partitions, SLOTS)) throw unreadable(directory);
  if (!isShare(share) || (hosts !== undefined && !isCount(hosts, partitions))) throw unreadable(directory);
  return { partitions, ...(share && { share }), ...(hosts !== undefined && { hosts }) };
}

/** Says it in a new data directory. Resolves once it outlasts a crash. */
export async function writeGridFile(disk: Disk, grid: GridFile): Promise<void> {
  const file = await disk.create(UNFINISHED);
  try {
    await file.write(0, new TextEncoder().encode(`${JSON.stringify({ format: FORMAT, ...grid })}\n`));
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(UNFINISHED, PATH);
  await disk.syncDirectory('');
}

async function textOf(disk: Disk): Promise<string | undefined> {
  try {
    const file = await disk.open(PATH, 'read');
    try {
      const bytes = new Uint8Array(FILE_BYTES_MAX);
      return new TextDecoder().decode(bytes.subarray(0, await file.read(0, bytes)));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (DiskFault.is(error, 'missing')) return undefined;
    throw error;
  }
}

function parsed(
  text: string,
  directory: string,
): { readonly format?: unknown; readonly partitions?: unknown; readonly share?: unknown; readonly hosts?: unknown } {
  try {
    return JSON.parse(text) as object;
  } catch {
    throw unreadable(directory);
  }
}

/** `other`: a file beside it that a grid has written. */
export function withoutGridFile(directory: string, other: string): WeftError<'JOURNAL_DAMAGED'> {
  return new WeftError('JOURNAL_DAMAGED', `${directory}: ${PATH} is missing, but ${other} is there.`, {
    hint: `Put back ${PATH} from another copy. Where a restore was interrupted, remove the directory and restore again.`,
    details: { directory, file: PATH, offset: 0 },
  });
}

function unreadable(directory: string): WeftError<'JOURNAL_DAMAGED'> {
  const file = join(directory, PATH);
  return new WeftError('JOURNAL_DAMAGED', `${file} does not say what grid this directory is of.`, {
    details: { directory, file, offset: 0 },
  });
}

function isCount(value: unknown, max: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max;
}

function isShare(value: unknown): value is PartitionShare | undefined {
  if (value === undefined) return true;
  const { first, total } = (value ?? {}) as Partial<PartitionShare>;
  return isCount(total, SLOTS) && typeof first === 'number' && Number.isInteger(first) && first >= 0 && first < total;
}
