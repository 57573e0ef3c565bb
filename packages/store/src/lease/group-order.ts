import type { Column } from '@weft/data';
import type { Meter } from '../index/meter.ts';
import { NO_ROW } from '../index/key-probe.ts';
import { OrderedIndex } from '../index/ordered-index.ts';
import type { Bound } from '../index/row-order.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import type { ClosedGroup } from './lease.ts';
import type { RowStates } from './row-states.ts';

const ROWS_PER_STEP = 64;

/** Somebody who passed over rows since their group was closed. */
export interface PassedOver {
  /** The group is open again; `arrival`: look at its rows from there on. */
  groupOpened(group: Group): void;
}

/** The rows with one value. */
export interface Group {
  /** The value as a text that no other value of the column has. */
  readonly name: string;
  readonly value: unknown;
}

/**
 * The rows that may be given out, by a column and then in the order of their arrival, and which values of it are closed since one of
 * their rows is held.
 */
export class GroupOrder {
  readonly column: Column;
  readonly #order: ArrivalOrder;
  readonly #states: RowStates;
  readonly #tree: OrderedIndex;
  readonly #closed = new Map<string, Closed>();
  /** Rows that arrived before it are in the tree: the others come when they are looked at. */
  #filledTo = 0;
  readonly #rows = new Uint32Array(ROWS_PER_STEP);

  constructor(column: Column, order: ArrivalOrder, states: RowStates, meter: Meter) {
    this.column = column;
    this.#order = order;
    this.#states = states;
    const compare = (a: number, b: number): number =>
      column.compareRows(a, b) || states.arrivalOf(a) - states.arrivalOf(b);
    this.#tree = new OrderedIndex({ prefixOf: (row) => column.prefixOf(row), compare, exactBelow: 0 }, meter);
  }

  get bytes(): number {
    return this.#tree.bytes();
  }

  /** Takes in some more of the rows that were there; whether there are others. */
  fill(): boolean {
    if (this.#filledTo === Infinity) return false;
    const count = this.#order.from(this.#filledTo, this.#rows);
    for (let i = 0; i < count; i++) this.#tree.add(this.#rows[i]);
    this.#filledTo = count < ROWS_PER_STEP ? Infinity : this.#states.arrivalOf(this.#rows[count - 1]) + 1;
    return count === ROWS_PER_STEP;
  }

  /** A row may be given out, and its cells hold the value. */
  add(row: number): void {
    if (this.#has(row)) this.#tree.add(row);
  }

  /** A row that may be given out will not be any more, or is about to change. */
  remove(row: number): void {
    if (this.#has(row)) this.#tree.remove(row);
  }

  /** All rows have gone, and with them who held them. */
  clear(): void {
    this.#tree.clear();
    this.#closed.clear();
  }

  /** The group of a row; none where it lacks the value: such rows are each for themselves. */
  groupOf(row: number): Group | undefined {
    const value = this.column.get(row);
    return value === undefined ? undefined : { name: nameOf(value), value };
  }

  /** Whether a row of the group is held. */
  closedOf(row: number): Closed | undefined {
    if (this.#closed.size === 0) return undefined;
    const value = this.column.get(row);
    return value === undefined ? undefined : this.#closed.get(nameOf(value));
  }

  /** A row of the group is held from now on. */
  close(group: Group): Closed {
    const closed = this.#closed.get(group.name) ?? new Closed(group, this.#closed);
    closed.holders++;
    this.#closed.set(group.name, closed);
    return closed;
  }

  isClosed({ name }: Group): Closed | undefined {
    return this.#closed.get(name);
  }

  /** Rows of a group that may be given out and arrived at `arrival` or later, in order. */
  from({ value }: Group, arrival: number, into: Uint32Array): number {
    const prefix = this.column.prefixOfValue(value);
    const compareValue = (row: number): number => (this.column.isNull(row) ? 1 : this.column.compareTo(row, value));
    const lower: Bound = {
      prefix,
      inclusive: true,
      compareRow: (row) => compareValue(row) || this.#states.arrivalOf(row) - arrival,
    };
    return this.#tree.walk(
      { direction: 'asc', lower, upper: { prefix, inclusive: true, compareRow: compareValue } },
      into,
      into.length,
    );
  }

  #has(row: number): boolean {
    return row !== NO_ROW && this.#states.arrivalOf(row) < this.#filledTo;
  }
}

/** A group of which rows are held. Opens when none is. */
export class Closed implements ClosedGroup {
  readonly group: Group;
  holders = 0;
  readonly #all: Map<string, Closed>;
  readonly #passedOver = new Set<PassedOver>();

  constructor(group: Group, all: Map<string, Closed>) {
    this.group = group;
    this.#all = all;
  }

  /** Who is to be told when it opens. */
  passedOver(by: PassedOver): void {
    this.#passedOver.add(by);
  }

  open(): void {
    if (--this.holders > 0) return;
    if (this.#all.get(this.group.name) === this) this.#all.delete(this.group.name);
    for (const by of this.#passedOver) by.groupOpened(this.group);
  }
}

/** Values of one kind are equal if and only if these texts are. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return String(value.getTime());
  return String(value);
}
