import type { Declaration, HybridTime } from '@weft/log';
import type { TableCut } from './table-cut.ts';

/** A partition as it is in this turn. */
export interface PartitionCut {
  readonly partition: number;
  readonly lsn: number;
  readonly hlc: HybridTime;
  readonly declarations: readonly Declaration[];
  readonly tables: readonly TableCut[];
  /** Lists of pieces of what lies beside rows, by who keeps it. */
  readonly beside: ReadonlyMap<string, Iterable<readonly unknown[]>>;
}
