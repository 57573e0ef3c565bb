import type { Slice } from '@weft/data';
import type { Partition } from '../partition/partition.ts';
import type { StoredPartition } from './manifest.ts';
import type { PartitionCut } from './partition-cut.ts';
import { LIST_ENTRIES_MAX } from './stored-table.ts';
import type { TableCut } from './table-cut.ts';
import { keepJson, writeTable, type PageTarget, type PageWork } from './write-table.ts';

/** All partitions of a grid as they are in this turn; `release` it whatever comes. */
export class GridCut {
  readonly partitions: readonly PartitionCut[];
  readonly rows: number;

  constructor(partitions: readonly Partition[]) {
    this.partitions = partitions.map((partition) => partition.cut());
    this.rows = this.#tables().reduce((rows, { snapshot }) => rows + snapshot.live.count, 0);
  }

  release(): void {
    for (const { snapshot } of this.#tables()) snapshot.release();
  }

  #tables(): TableCut[] {
    return this.partitions.flatMap(({ tables }) => tables);
  }
}

export interface WrittenCut {
  readonly partitions: readonly StoredPartition[];
  /** Of all pages, those that the target had included. */
  readonly bytes: number;
}

/** Hands out what a target lacks of a cut, table after table; in the end what all partitions are. */
export function* writeCut({ partitions }: GridCut, target: PageTarget, slice: Slice): PageWork<WrittenCut> {
  const stored: StoredPartition[] = [];
  let bytes = 0;
  for (const { partition, lsn, hlc, declarations, tables, beside } of partitions) {
    const names: string[] = [];
    for (const cut of tables) {
      const table = yield* writeTable(cut, partition, target, slice);
      bytes += table.bytes;
      names.push(yield* keepJson(table, target));
    }
    const lists: Record<string, string[]> = {};
    for (const [name, pieces] of beside) lists[name] = yield* keepPieces(pieces, target);
    stored.push({ lsn, hlc, declarations, tables: names, beside: lists });
  }
  return { partitions: stored, bytes };
}

function* keepPieces(image: Iterable<readonly unknown[]>, target: PageTarget): PageWork<string[]> {
  const lists: string[] = [];
  for (const pieces of image)
    for (let from = 0; from < pieces.length; from += LIST_ENTRIES_MAX) {
      lists.push(yield* keepJson(pieces.slice(from, from + LIST_ENTRIES_MAX), target));
      yield undefined;
    }
  return lists;
}
