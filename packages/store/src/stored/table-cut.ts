import type { CodesImage, HeapImage } from '@weft/data';
import type { TableSnapshot } from '../snapshot/table-snapshot.ts';
import type { Table } from '../table/table.ts';
import type { PageNames } from './page-names.ts';

/** A table as it is in this turn, held for being written elsewhere. `release` it whatever comes. */
export interface TableCut {
  readonly snapshot: TableSnapshot;
  readonly heap: HeapImage;
  /** Dictionaries by ordinal. */
  readonly codes: readonly (CodesImage | undefined)[];
  readonly names: PageNames;
}

/** Opens a snapshot with all that lies beside its pages. Lists are copied, no pages. */
export function cutOf({ heap, snapshots }: Table): TableCut {
  const snapshot = snapshots.open();
  snapshots.mark(snapshot);
  return {
    snapshot,
    heap: heap.image(),
    codes: snapshot.columns.map((column) => column.codesImage()),
    names: snapshots.names,
  };
}
