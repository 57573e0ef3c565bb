import { join } from 'node:path';
import { JOURNAL_DIRECTORY, JournalScan, readSegments, type Segment } from '@weft/log';
import { UnsuitableError } from '../cli/failure.ts';
import { dataDirOwner } from '../host/data-lock.ts';
import { fastCrc32 } from '../host/native-crc32.ts';
import { NodeDisk } from '../host/node-disk.ts';

/** A journal to look at. */
export interface ReadOnlyJournal {
  readonly disk: NodeDisk;
  readonly segments: readonly Segment[];
  readonly scan: JournalScan;
}

/** Throws JOURNAL_DAMAGED, JOURNAL_FORMAT, and what says that the directory has no journal or that its owner is at work. */
export async function readOnlyJournal(directory: string): Promise<ReadOnlyJournal> {
  const owner = await dataDirOwner(directory);
  if (owner !== undefined)
    throw new UnsuitableError(
      `process ${owner.pid} on ${owner.host} is writing to ${directory}`,
      'look at it when that process has ended, or at a copy',
    );
  const disk = new NodeDisk(directory);
  const segments = await readSegments(disk, JOURNAL_DIRECTORY, fastCrc32);
  if (segments.length === 0)
    throw new UnsuitableError(`there is no journal in ${join(directory, JOURNAL_DIRECTORY)}`, 'name a data directory');
  return { disk, segments, scan: new JournalScan(disk, segments, fastCrc32) };
}
