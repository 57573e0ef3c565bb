import type { Arena, Dictionaries, KernelPage } from '@weft/data';
import { StringColumn } from '@weft/data';
import type { TableView } from '../snapshot/table-snapshot.ts';

/** The dictionaries of a view, for lowering a plan to kernels. */
export function dictionariesOf(view: TableView): Dictionaries {
  return (ordinal) => {
    const column = view.columns[ordinal];
    return column instanceof StringColumn ? column.dictionary : undefined;
  };
}

/**
 * A page as a kernel sees it; `undefined` where kernels cannot: text that is not in codes, or cells that lie in several segments.
 */
export function kernelPage(
  view: TableView,
  arena: Arena,
  inputs: readonly number[],
  page: number,
): KernelPage | undefined {
  const live = view.live.pages[page];
  if (live === undefined) return undefined;
  const cells: number[] = [];
  const nulls: number[] = [];
  const dictionary: boolean[] = [];
  for (const ordinal of inputs) {
    const column = view.columns[ordinal];
    const run = column.cells(page);
    const bits = column.nulls?.pages[page];
    if (run === undefined || run.buffer !== live.buffer || (bits !== undefined && bits.buffer !== live.buffer))
      return undefined;
    if (column instanceof StringColumn && !column.hasCodes(page)) return undefined;
    cells.push(run.byteOffset);
    nulls.push(bits?.byteOffset ?? 0);
    dictionary.push(column.hasCodes(page));
  }
  return {
    segment: arena.segmentOf(arena.unitOf(live)),
    rows: view.live.rowsIn(page),
    live: live.byteOffset,
    cells,
    nulls,
    dictionary,
  };
}
