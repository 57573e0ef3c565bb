import type { Clock, WeftError } from '@weft/base';
import type { Durability, LogStats, RecoveryStats } from '@weft/client';
import type { Governor } from '@weft/data';
import { PartitionLog, type OlderRecords } from '@weft/log';
import type { Partition } from '@weft/store';
import type { DataDirectory } from './data-directory.ts';
import type { LogSettings } from './durability-options.ts';
import { recoveredTypes, type RecoveredType } from './recovered-types.ts';
import type { RecoveryProgress } from './recovery-progress.ts';

export interface GridLogParts extends LogSettings {
  readonly partitions: number;
  readonly clock: Clock;
  /** Counts what the log takes. */
  readonly governor: Governor;
}

/** The logs of all partitions of a grid, and where they go. */
export class GridLog {
  readonly partitions: readonly PartitionLog[];
  readonly #durability: Durability | undefined;
  #directory: DataDirectory | undefined;
  #recovery: RecoveryStats | undefined;

  constructor({ partitions, clock, governor, durability, retainBytes, isForRestore = false }: GridLogParts) {
    this.#durability = durability;
    const each = {
      clock,
      retainBytes: Math.floor(retainBytes / partitions),
      meter: (bytes: number): void => governor.addOutside(bytes),
    };
    this.partitions = Array.from({ length: partitions }, (_, partition) => new PartitionLog({ partition, ...each }));
    if (durability === 'memory' && !isForRestore) this.#turnOn();
  }

  /** Makes again what a directory holds, and keeps there what happens from now on. The types that it had. Throws what the directory throws. */
  async recover(
    directory: DataDirectory,
    partitions: readonly Partition[],
    onProgress: ((progress: RecoveryProgress) => void) | undefined,
  ): Promise<RecoveredType[]> {
    this.#directory = directory;
    this.#recovery = await directory.recover(partitions, onProgress);
    this.#turnOn();
    await directory.start(partitions);
    return recoveredTypes(partitions);
  }

  /** Goes on behind a backup that partitions were filled with. `directory`: a new one, where the grid is to be kept. */
  async begin(
    directory: DataDirectory | undefined,
    partitions: readonly Partition[],
    recovery: RecoveryStats,
  ): Promise<RecoveredType[]> {
    this.#directory = directory;
    this.#recovery = recovery;
    // Consumer groups hear of everything from here on, whenever their members come.
    const isHeard = partitions.some(({ log }) => !log.groups.isEmpty);
    if (this.#durability !== undefined || isHeard) this.#turnOn();
    await directory?.begin(partitions);
    return recoveredTypes(partitions);
  }

  /** Waits until all that was done so far is committed. */
  async settled(): Promise<void> {
    await Promise.all(this.partitions.map(({ commits, lsn }) => commits.wait(lsn) ?? Promise.resolve()));
  }

  /** Waits until all that was done so far is as safe as it gets. */
  async flush(): Promise<void> {
    await this.#directory?.flush();
    await this.settled();
  }

  /** As `flush`, before the end: what the disk does not take now fails. */
  async flushLast(): Promise<void> {
    await this.#directory?.flushLast();
    await this.settled();
  }

  /** What is kept of the log on disk; `undefined` where nothing is. */
  get kept(): { readonly id: string; readonly records: OlderRecords } | undefined {
    const directory = this.#directory;
    return directory === undefined ? undefined : { id: directory.logId, records: directory.records() };
  }

  /** Whether what happens is kept in a directory. */
  get isOnDisk(): boolean {
    return this.#directory !== undefined;
  }

  async close(): Promise<void> {
    const directory = this.#directory;
    this.#directory = undefined;
    await directory?.close();
  }

  /** Why changes are refused now. */
  get refusal(): WeftError | undefined {
    return this.partitions.find((log) => log.refusal !== undefined)?.refusal;
  }

  stats(): LogStats {
    const { refusal } = this;
    const isOn = this.partitions.some((log) => log.isOn);
    return {
      durability: this.#durability ?? (isOn ? 'memory' : undefined),
      bytes: this.partitions.reduce((bytes, { ring }) => bytes + ring.bytes, 0),
      partitions: this.partitions.map(({ lsn, commits }) => ({ lsn, committed: commits.committed })),
      refusal: refusal && { code: refusal.code, message: refusal.message },
      recovery: this.#recovery,
      snapshot: this.#directory?.snapshotStats(),
    };
  }

  #turnOn(): void {
    for (const log of this.partitions) log.turnOn([]);
  }
}
