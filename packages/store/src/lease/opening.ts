import type { Table } from '../table/table.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import type { RowStates } from './row-states.ts';
import type { SystemCells } from './system-cells.ts';

/** Rows taken in between two looks at the clock. */
const ROWS_PER_STEP = 64;

/**
 * Takes the rows that were there before anybody used the table as a queue into the order of arrival. When they came is not known any more: they
 * stand in the order of their last change. Rows that come meanwhile are in the order from the beginning.
 */
export class Opening {
  readonly #table: () => Table;
  readonly #states: RowStates;
  readonly #order: ArrivalOrder;
  readonly #cells: () => SystemCells;
  #next = 0;
  #release: (() => void) | undefined;
  #isDone = false;
  isBegun = false;

  constructor(table: () => Table, cells: () => SystemCells, states: RowStates, order: ArrivalOrder) {
    this.#table = table;
    this.#cells = cells;
    this.#states = states;
    this.#order = order;
  }

  /** Takes in some more; whether all are. */
  step(): boolean {
    if (this.#isDone) return true;
    const table = this.#table();
    this.isBegun = true;
    // A row that moves from a page that is to come to one that was walked would be forgotten.
    this.#release ??= table.rowCompaction.hold();
    const end = Math.min(table.live.rowCount, this.#next + ROWS_PER_STEP);
    for (; this.#next < end; this.#next++) if (table.live.has(this.#next)) this.#take(this.#next);
    if (this.#next >= table.live.rowCount) this.#end();
    return this.#isDone;
  }

  /** Another table has the rows. */
  redeclared(): void {
    if (this.#release === undefined) return;
    this.#release();
    this.#release = this.#table().rowCompaction.hold();
  }

  /** All rows have gone. */
  cleared(): void {
    if (this.isBegun && !this.#isDone) this.#end();
  }

  #take(row: number): void {
    if (this.#states.arrivalOf(row) !== 0) return;
    this.#states.setArrival(row, this.#cells().lsnOf(row));
    if (this.#states.leaseOf(row)?.isFree ?? true) this.#order.add(row);
  }

  #end(): void {
    this.#isDone = true;
    this.#release?.();
    this.#release = undefined;
  }
}
