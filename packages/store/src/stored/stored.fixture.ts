/** Test help: what is kept, in memory, and the way of a table into it and back. */
import { createHash } from 'node:crypto';
import type { Slice } from '@weft/data';
import { always, type TestTable } from '../store.fixture.ts';
import type { TableView } from '../snapshot/table-snapshot.ts';
import type { PageSource } from './page-source.ts';
import type { StoredTable } from './stored-table.ts';
import { cutOf } from './table-cut.ts';
import { writeTable, type PageTarget } from './write-table.ts';

export class KeptPages implements PageTarget, PageSource {
  readonly pages = new Map<string, Uint8Array>();
  /** Names that were made. */
  hashed = 0;

  readonly hash = (bytes: Uint8Array): string => {
    this.hashed++;
    return createHash('sha256').update(bytes).digest('hex');
  };

  readonly has = (name: string): boolean => this.pages.has(name);

  async read(name: string): Promise<Uint8Array> {
    return this.pages.get(name)!;
  }
}

/** Writes a table as it is now; `between` runs at every pause and after each page. */
export function storedIn(
  kept: KeptPages,
  { table }: TestTable,
  between: () => void = () => undefined,
  slice: Slice = always,
): { stored: StoredTable; written: number } {
  const cut = cutOf(table);
  const work = writeTable(cut, 0, kept, slice);
  let written = 0;
  try {
    for (;;) {
      const step = work.next();
      if (step.done === true) return { stored: step.value, written };
      if (step.value !== undefined) {
        kept.pages.set(step.value.name, step.value.bytes.slice());
        written++;
      }
      between();
    }
  } finally {
    cut.snapshot.release();
  }
}

/** Gives way at every look. */
export const pace = { turns: { next: () => Promise.resolve(), elapsedMs: () => 0 }, slice: always } as never;

/** Every row with all its columns, by place. */
export function allRows({ columns, live }: TableView): Map<number, unknown[]> {
  const rows = new Map<number, unknown[]>();
  for (let row = 0; row < live.rowCount; row++)
    if (live.has(row))
      rows.set(
        row,
        columns.map((column) => column.get(row)),
      );
  return rows;
}
