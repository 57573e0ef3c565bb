import { assert, must } from '@weft/base';
import {
  hasSameCells,
  HEAP_PAGE_BYTES,
  memoryLimit,
  shortageOf,
  ROW_BITS,
  type Column,
  type ColumnStep,
  type EvolutionPlan,
  type IndexSchema,
  type MemoryNeed,
  type Work,
} from '@weft/data';
import { nextVictims } from '../eviction/create-victims.ts';
import type { Follower } from '../table/follower.ts';
import { createSecondaryIndex, type SecondaryIndex } from '../table/secondary-index.ts';
import type { TableContext } from '../table/table-context.ts';
import { createTableColumn, isHeapResident, meterOf } from '../table/table-parts.ts';
import { Table } from '../table/table.ts';
import { HiddenColumn, STEP_BYTES_MAX, type HiddenValues } from './hidden-column.ts';
import { HiddenIndex, type IndexedColumn } from './hidden-index.ts';
import { LeavingColumns, type LeavingColumn } from './leaving-columns.ts';

/** Room for a page of a column: cells of 16 bytes at most, bitmap and bounds, and what copies of them a snapshot may demand. */
const COLUMN_ROOM_BYTES = 2 * (16 << ROW_BITS);
/** The largest block of them. */
const BLOCK_BYTES = 16 << ROW_BITS;

/** How long a step of the walk may go on. */
const STEP_MS = 0.25;

/** What an index may grow by in one step: a segment of a hash, or nodes of a tree. */
const INDEX_NEED: MemoryNeed = { pageBytes: 0, blockBytes: 0, outsideBytes: 65_536 };

/**
 * One table on its way from a declaration to the next, while it serves by the old one.
 *
 *     expand   the new columns and indexes stand hidden beside the old; as `follower` of the table each write keeps them in step
 *     fill     a walk in slices gives the rows that were there their values, then takes them into the indexes
 *     commit   a table of the next declaration, made in the beginning, takes over; in one short turn
 *     leave    what only the old declaration had is given back in steps (`LeavingColumns`)
 *
 * Until the commit `abort` takes everything back.
 */
export class Evolution implements Follower {
  /** The table of the next declaration. It is for nobody until `commit`. */
  readonly next: Table;
  readonly #table: Table;
  readonly #plan: EvolutionPlan;
  readonly #context: TableContext;
  readonly #columns: readonly HiddenColumn[];
  readonly #indexes: readonly HiddenIndex[];
  readonly roomBytes: number;
  readonly heapPages: number;
  #failure: unknown;

  /** What rows got that were there before a time to live was declared. */
  readonly expiryMs: number | undefined;

  constructor(table: Table, plan: EvolutionPlan, context: TableContext, expiryMs?: number) {
    assert(table.follower === undefined, 'one evolution of a table at a time');
    this.#table = table;
    this.#plan = plan;
    this.#context = context;
    const addsExpiry = plan.columns.some(({ kind }, at) => kind === 'add' && plan.to.columns[at].role === 'expiry');
    // They live as long as if they had been written now.
    if (addsExpiry && plan.to.ttlMs !== undefined)
      this.expiryMs = expiryMs ?? Math.floor(context.clock.wallMs() + plan.to.ttlMs);
    const hidden = plan.columns.map((step, ordinal) => this.#hide(step, ordinal));
    const columns = plan.columns.map((step, ordinal) => hidden[ordinal]?.column ?? keptColumn(table, step));
    this.#columns = hidden.filter((column) => column !== undefined);
    const kept = plan.to.indexes.map((schema) => keptIndex(table, schema, columns));
    const built = plan.to.indexes.map((schema, at) =>
      kept[at] === undefined ? this.#build(schema, columns) : undefined,
    );
    this.#indexes = built.filter((index) => index !== undefined);
    const indexes = plan.to.indexes.map((_, at) => must(kept[at] ?? built[at]?.index, 'an index is kept or built'));
    const victims = nextVictims(plan.to.evict, table.parts, indexes);
    this.next = new Table(plan.to, context, { ...table.parts, columns, indexes, victims });
    this.roomBytes = this.#columns.length * COLUMN_ROOM_BYTES + 2 * this.#longBytes();
    this.heapPages = this.#columns.filter(({ column }) => isHeapResident(column)).length;
    table.follower = this;
    // What follows the rows does not know of places, and the next table not of a page that this one was emptying.
    table.rowCompaction.stop();
  }

  /** Why the next declaration cannot be reached any more. */
  get failure(): unknown {
    return this.#failure;
  }

  get ownColumns(): readonly Column[] {
    return this.#columns.map(({ column }) => column);
  }

  get ownIndexes(): readonly SecondaryIndex[] {
    return this.#indexes.map(({ index }) => index);
  }

  get bytes(): number {
    let bytes = 0;
    for (const { column } of this.#columns) bytes += column.bytes;
    for (const { index } of this.#indexes) bytes += index.bytes();
    return bytes;
  }

  /**
   * Gives all rows their values and takes them into the indexes. Pauses after each step, not at the end of its slice
   * only: nobody waits for it as for an answer, and those who write meanwhile have most of each turn.
   * Throws UNIQUE_VIOLATION, MEMORY_LIMIT.
   */
  *fill(): Work<void> {
    const { clock } = this.#context;
    let startMs = clock.monotonicMs();
    const isOver = (): boolean => clock.monotonicMs() - startMs > STEP_MS;
    for (const column of this.#columns) {
      for (let isOpen = true; isOpen;) {
        this.#requirePages();
        startMs = clock.monotonicMs();
        isOpen = column.step(isOver);
        yield;
      }
    }
    for (const index of this.#indexes) {
      for (let isOpen = true; isOpen;) {
        if (this.#failure !== undefined) throw this.#failure;
        this.#require(INDEX_NEED);
        startMs = clock.monotonicMs();
        isOpen = index.step(isOver);
        yield;
      }
    }
  }

  /** The next declaration holds from here on. All is filled, nothing failed, and no sliced change runs. */
  commit(): LeavingColumns {
    assert(
      this.#failure === undefined && this.#table.follower === this,
      'an evolution that failed or ended is not committed',
    );
    const { next } = this;
    const table = this.#table;
    const { to } = this.#plan;
    table.follower = undefined;
    table.isRetired = true;
    // Those who wait for a snapshot get one of the old columns, as they are declared until the next line.
    table.snapshots.follow(next);
    for (const [ordinal, column] of next.columns.entries()) column.redeclare(to.columns[ordinal]);
    for (const [position, index] of next.indexes.entries()) index.schema = to.indexes[position];
    for (const index of table.indexes) if (!next.indexes.includes(index)) this.#forget(index);
    const leaving = table.columns.filter((column) => !next.columns.includes(column));
    return leave(
      next,
      leaving.map((column) => ({ column, end: Infinity })),
    );
  }

  /** Takes everything back. */
  abort(): LeavingColumns {
    const table = this.#table;
    assert(table.follower === this, 'an evolution ends once');
    table.follower = undefined;
    for (const { index } of this.#indexes) this.#forget(index);
    return leave(
      table,
      this.#columns.map(({ column, end }) => ({ column, end })),
    );
  }

  adding(): void {}

  added(row: number): void {
    for (const column of this.#columns) column.added(row);
    this.#index((index) => index.added(row));
  }

  changing(row: number, values: readonly unknown[], ordinals?: readonly number[]): void {
    this.#index((index) => index.changing(row, values, ordinals));
  }

  changed(row: number): void {
    for (const column of this.#columns) column.changed(row);
    this.#index((index) => index.changed(row));
  }

  removing(row: number): void {
    this.#index((index) => index.removing(row));
    for (const column of this.#columns) column.removing(row);
  }

  pageAdded(page: number, near: number): void {
    for (const column of this.#columns) column.pageAdded(page, near);
  }

  pageRemoved(page: number): void {
    for (const column of this.#columns) column.pageRemoved(page);
  }

  cleared(): void {
    for (const column of this.#columns) column.cleared();
    this.#index((index) => index.cleared());
  }

  /** The write goes on by the old declaration, whatever the new one thinks of it; its indexes end with their first failure. */
  #index(keepUp: (index: HiddenIndex) => void): void {
    if (this.#failure !== undefined) return;
    try {
      for (const index of this.#indexes) keepUp(index);
    } catch (error) {
      this.#failure = error;
    }
  }

  #hide(step: ColumnStep, ordinal: number): HiddenColumn | undefined {
    const table = this.#table;
    const { to } = this.#plan;
    if (step.kind !== 'add' && hasSameCells(table.columns[step.from].schema, to.columns[ordinal])) return undefined;
    const parts = table.parts;
    const column = createTableColumn(to, ordinal, parts);
    return new HiddenColumn(column, this.#valuesOf(step, ordinal), { live: parts.live, arena: this.#context.arena });
  }

  #valuesOf(step: ColumnStep, ordinal: number): HiddenValues {
    if (step.kind !== 'add') return { kind: 'converted', from: this.#table.columns[step.from] };
    if (this.#plan.to.columns[ordinal].role === 'expiry' && this.expiryMs !== undefined)
      return { kind: 'constant', value: new Date(this.expiryMs) };
    return { kind: 'constant', value: step.default };
  }

  /** Gives an index's memory back, also that which the account counts while it is empty. */
  #forget(index: SecondaryIndex): void {
    index.clear();
    meterOf(this.#table.parts.memory)(-index.bytes());
  }

  #build(schema: IndexSchema, columns: readonly Column[]): HiddenIndex {
    const table = this.#table;
    const from = schema.columns.flatMap((ordinal): IndexedColumn[] => {
      const step = this.#plan.columns[ordinal];
      return step.kind === 'add' ? [] : [{ ordinal: step.from, column: table.columns[step.from] }];
    });
    return new HiddenIndex({
      index: createSecondaryIndex(schema, columns, meterOf(table.parts.memory)),
      from,
      live: table.live,
      naming: table,
    });
  }

  /** Throws MEMORY_LIMIT unless the next step of a column finds room. */
  #requirePages(): void {
    const stepBytes = Math.max(STEP_BYTES_MAX, this.#longBytes());
    this.#require({
      pageBytes: COLUMN_ROOM_BYTES + 2 * stepBytes,
      blockBytes: Math.max(BLOCK_BYTES, stepBytes),
      outsideBytes: 0,
    });
    this.#table.parts.heap.require(this.heapPages + (2 * STEP_BYTES_MAX) / HEAP_PAGE_BYTES);
  }

  #require(need: MemoryNeed): void {
    const { arena } = this.#context;
    const { quota } = this.#table.parts.memory.epochs;
    this.#table.makeRoom(() => shortageOf(quota, arena, need) === undefined);
    const shortage = shortageOf(quota, arena, need);
    if (shortage !== undefined) throw memoryLimit(shortage, quota, arena, need, `${quota.type}: an evolution`);
  }

  /** Bytes in the heap that one row takes for its hidden columns. */
  #longBytes(): number {
    return this.#columns.reduce((bytes, column) => bytes + column.longBytes, 0);
  }
}

function keptColumn(table: Table, step: ColumnStep): Column {
  assert(step.kind !== 'add', 'a column that is added is hidden first');
  return table.columns[step.from];
}

/** The index that holds the very columns of a declared one, in the same way. */
function keptIndex(table: Table, schema: IndexSchema, columns: readonly Column[]): SecondaryIndex | undefined {
  return table.indexes.find(
    (index) =>
      index.schema.kind === schema.kind &&
      index.columns.length === schema.columns.length &&
      index.columns.every((column, at) => column === columns[schema.columns[at]]),
  );
}

/** Gives columns back; the table's writes help until it is done. */
function leave(table: Table, columns: readonly LeavingColumn[]): LeavingColumns {
  const leaving = new LeavingColumns(columns, table.live, () => {
    if (table.follower === leaving) table.follower = undefined;
  });
  if (columns.length > 0) table.follower = leaving;
  return leaving;
}
