import type { Host } from '@weft/client';
import type { ChangeFeed, ChangeReader, FeedRequest, FeedStats, Governor } from '@weft/data';
import { ChangeHub, type OlderRecords } from '@weft/log';
import type { Partition } from '@weft/store';

/** Who hears of the changes of a grid. Nothing is made, and nothing is kept, before somebody wants to. */
export class GridChanges implements ChangeFeed {
  readonly #partitions: readonly Partition[];
  readonly #host: Host;
  readonly #memory: Governor;
  readonly #kept: () => KeptLog | undefined;
  #hub: ChangeHub | undefined;

  /** `memory`: where what waits for subscribers counts. `kept`: what is kept of the log on disk. */
  constructor(partitions: readonly Partition[], host: Host, memory: Governor, kept: () => KeptLog | undefined) {
    this.#partitions = partitions;
    this.#host = host;
    this.#memory = memory;
    this.#kept = kept;
  }

  open(request: FeedRequest): ChangeReader {
    return this.#opened().open(request);
  }

  pressure(type: string): Promise<void> | undefined {
    return this.#hub?.pressure(type);
  }

  stats(): FeedStats {
    return this.#hub?.stats() ?? NOBODY;
  }

  /** The grid is closed. */
  close(): void {
    this.#hub?.buffers.close();
  }

  #opened(): ChangeHub {
    if (this.#hub !== undefined) return this.#hub;
    const partitions = this.#partitions;
    const kept = this.#kept();
    return (this.#hub = new ChangeHub({
      logs: partitions.map(({ log }) => log),
      id: kept?.id ?? this.#makeId(),
      host: this.#host,
      memory: this.#memory,
      older: kept?.records,
      turnOn() {
        for (const partition of partitions) partition.turnLogOn();
      },
    }));
  }

  /** 64 random bits. */
  #makeId(): string {
    const { random } = this.#host;
    return random.uint32().toString(36) + random.uint32().toString(36).padStart(7, '0');
  }
}

/** A log that is kept on disk. */
interface KeptLog {
  readonly id: string;
  readonly records: OlderRecords;
}

const NOBODY: FeedStats = {
  subscribers: 0,
  behind: 0,
  bufferedEvents: 0,
  bufferedBytes: 0,
  heldBytes: 0,
  deliveredEvents: 0,
  droppedEvents: 0,
  overflows: 0,
};
