import type { Clock } from '@weft/base';
import type { Durability, LogStats } from '@weft/client';
import type { Governor } from '@weft/data';
import { PartitionLog } from '@weft/log';
import type { LogSettings } from './durability-options.ts';

export interface GridLogParts extends LogSettings {
  readonly partitions: number;
  readonly clock: Clock;
  /** Counts what the log takes. */
  readonly governor: Governor;
}

/** The logs of all partitions of a grid. */
export class GridLog {
  readonly partitions: readonly PartitionLog[];
  readonly #durability: Durability | undefined;

  constructor({ partitions, clock, governor, durability, retainBytes }: GridLogParts) {
    this.#durability = durability;
    const each = {
      clock,
      retainBytes: Math.floor(retainBytes / partitions),
      meter: (bytes: number): void => governor.addOutside(bytes),
    };
    this.partitions = Array.from({ length: partitions }, (_, partition) => new PartitionLog({ partition, ...each }));
    if (durability !== undefined) for (const log of this.partitions) log.turnOn([]);
  }

  /** Waits until all that was done so far is committed. */
  async settled(): Promise<void> {
    await Promise.all(this.partitions.map(({ commits, lsn }) => commits.wait(lsn) ?? Promise.resolve()));
  }

  stats(): LogStats {
    const isOn = this.partitions.some((log) => log.isOn);
    return {
      durability: this.#durability ?? (isOn ? 'memory' : undefined),
      bytes: this.partitions.reduce((bytes, { ring }) => bytes + ring.bytes, 0),
      partitions: this.partitions.map(({ lsn, commits }) => ({ lsn, committed: commits.committed })),
    };
  }
}
