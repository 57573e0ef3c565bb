import type { Clock, Timers, Turns } from '@weft/base';
import type { Arena } from '@weft/data';
import type { PartitionLog } from '@weft/log';

/** What a table needs from its partition. */
export interface TableContext {
  readonly arena: Arena;
  readonly clock: Clock;
  /** Gives every change its position, and hears what it was. */
  readonly log: PartitionLog;
  /** Partitions of the grid: a table holds its share of the rows that a type may have. */
  readonly partitions: number;
  /** For work queues, whose rows come back at a time. */
  readonly host?: QueueHost | undefined;
  /** Bytes that snapshots of one table may keep from reuse. */
  readonly pinnedBytesMax: number;
}

/** What work queues run with. */
export interface QueueHost {
  readonly timers: Timers;
  readonly turns: Turns;
}
