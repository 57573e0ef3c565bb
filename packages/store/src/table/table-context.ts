import type { Clock } from '@weft/base';
import type { Arena } from '@weft/data';

/** What a table needs from its partition. */
export interface TableContext {
  readonly arena: Arena;
  readonly clock: Clock;
  /** The partition's next position: one more for every change. Of several changes the last one's. */
  nextLsn(count?: number): number;
  readonly lsn: number;
  /** Partitions of the grid: a table holds its share of the rows that a type may have. */
  readonly partitions: number;
  /** Bytes that snapshots of one table may keep from reuse. */
  readonly pinnedBytesMax: number;
}
