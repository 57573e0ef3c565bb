import { WeftError } from '@weft/base';
import type { Host } from '@weft/client';
import {
  Journal,
  JOURNAL_DIRECTORY,
  JournalRecords,
  type JournalLevel,
  type OlderRecords,
  type PartitionLog,
} from '@weft/log';
import type { Partition } from '@weft/store';
import { lockDataDir } from '../host/data-lock.ts';
import { fastCrc32 } from '../host/native-crc32.ts';
import { NodeDisk } from '../host/node-disk.ts';
import { readGridFile, writeGridFile } from './grid-file.ts';
import { recoverPartitions } from './recover-partitions.ts';
import { RecoveryMeter, type RecoveryProgress } from './recovery-progress.ts';

export interface DataDirectoryOptions {
  readonly directory: string;
  readonly level: JournalLevel;
  /** Of a new grid; of one that is there it must be the same, where it is given. */
  readonly partitions: number | undefined;
  readonly host: Host;
}

/**
 * A grid on disk:
 *
 *     lock        the process that has the directory
 *     grid.json   its form, and how many partitions there are
 *     journal/    what happened
 */
export class DataDirectory {
  readonly partitions: number;
  readonly #host: Host;
  readonly #disk: NodeDisk;
  readonly #journal: Journal;
  readonly #unlock: () => Promise<void>;

  private constructor(partitions: number, host: Host, disk: NodeDisk, journal: Journal, unlock: () => Promise<void>) {
    this.partitions = partitions;
    this.#host = host;
    this.#disk = disk;
    this.#journal = journal;
    this.#unlock = unlock;
  }

  /** Throws DATA_DIR_IN_USE, JOURNAL_FORMAT, JOURNAL_DAMAGED, JOURNAL_FAILED, DISK_FULL, OPTION_INVALID. */
  static async open({ directory, level, partitions, host }: DataDirectoryOptions): Promise<DataDirectory> {
    const unlock = await lockDataDir(directory);
    try {
      const disk = new NodeDisk(directory);
      const found = await readGridFile(disk, directory);
      const count = found?.partitions ?? partitions ?? 1;
      if (found !== undefined && partitions !== undefined && partitions !== found.partitions)
        throw otherPartitions(directory, found.partitions, partitions);
      if (found === undefined) await writeGridFile(disk, { partitions: count });
      const { random, timers } = host;
      const soon = (callback: () => void): void => void setImmediate(callback);
      const journal = await Journal.open({ disk, level, checksum: fastCrc32, random, timers, soon });
      return new DataDirectory(count, host, disk, journal, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /** Makes everything again that it holds. Throws JOURNAL_DAMAGED, CHECKSUM_MISMATCH, MEMORY_LIMIT. */
  async recover(
    partitions: readonly Partition[],
    onProgress: ((progress: RecoveryProgress) => void) | undefined,
  ): Promise<RecoveryProgress> {
    const meter = new RecoveryMeter(await this.#journalBytes(), this.#host.clock, onProgress);
    await recoverPartitions({ journal: this.#journal, partitions, turns: this.#host.turns, meter });
    return meter.tell('ready');
  }

  /** Names the log in positions of subscribers. */
  get logId(): string {
    return this.#journal.id;
  }

  /** Its records, for subscribers that were away for long. */
  records(): OlderRecords {
    return new JournalRecords(this.#journal);
  }

  /** From here on everything that these logs record is written. */
  start(logs: readonly PartitionLog[]): Promise<void> {
    return this.#journal.start(logs);
  }

  /** Waits until all that was recorded is on disk. Throws JOURNAL_FAILED, DISK_FULL. */
  flush(): Promise<void> {
    return this.#journal.flush();
  }

  /** Writes what there is, and gives the directory back. */
  async close(): Promise<void> {
    try {
      await this.#journal.close();
    } finally {
      await this.#unlock();
    }
  }

  async #journalBytes(): Promise<number> {
    let bytes = 0;
    for (const name of await this.#disk.list(JOURNAL_DIRECTORY)) {
      const file = await this.#disk.open(`${JOURNAL_DIRECTORY}/${name}`, 'read');
      bytes += await file.size();
      await file.close();
    }
    return bytes;
  }
}

function otherPartitions(directory: string, stored: number, asked: number): WeftError<'OPTION_INVALID'> {
  return new WeftError(
    'OPTION_INVALID',
    `createGrid: the data directory ${directory} is of a grid with ${stored} partitions, not ${asked}.`,
    { hint: `Leave partitions out, or say ${stored}.`, details: { directory, stored, asked } },
  );
}
