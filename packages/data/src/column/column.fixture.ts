/** Test help: one column with the parts that it shares with its table. */
import { Heap } from '../memory/heap.ts';
import { testMemory } from '../memory/memory.fixture.ts';
import type { TableMemory } from '../memory/page-run.ts';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import type { Column } from './column.ts';
import { createColumn } from './create-column.ts';
import { LiveRows } from './live-rows.ts';

export interface TestColumn {
  readonly column: Column;
  readonly heap: Heap;
  readonly live: LiveRows;
  readonly memory: TableMemory;
  addPage(page: number): void;
  /** Inserts a row, as a table does. */
  insert(row: number, value: unknown): void;
  remove(row: number): void;
  /** The column as it is now, and what lets its pages go. */
  freeze(): { readonly column: Column; close(): void };
  /** Gives all pages back. */
  clear(): void;
}

export function columnSchema(kind: Kind, optional = true): ColumnSchema {
  return { name: 'value', sqlName: 'value', ordinal: 0, role: 'data', kind, optional };
}

export function testColumn(
  kind: Kind,
  { optional = true, isDistinct = false, memory = testMemory() } = {},
): TestColumn {
  const heap = new Heap(memory);
  const live = new LiveRows(memory);
  const column = createColumn(columnSchema(kind, optional), { memory, heap, live, isDistinct });
  return {
    column,
    heap,
    live,
    memory,
    addPage(page) {
      column.addPage(page, 0);
      live.addPage(page, 0);
    },
    insert(row, value) {
      column.set(row, value);
      live.add(row);
    },
    remove(row) {
      column.remove(row);
      live.remove(row);
    },
    freeze() {
      const frozen = column.freeze(heap.freeze());
      const epoch = memory.epochs.open(live.rowCount);
      return { column: frozen, close: () => memory.epochs.close(epoch) };
    },
    clear() {
      column.clear();
      heap.clear();
      live.clear();
    },
  };
}
