import { must, SLICE_MS, type WeftError } from '@weft/base';
import {
  compileMatcher,
  WHOLE,
  type DeadRow,
  type Key,
  type Predicate,
  type QueueCounts,
  type QueueRun,
  type QueueSource,
  type Seeker,
  type Seeking,
  type Slice,
  type Work,
} from '@weft/data';
import type { WorkState } from '@weft/log';
import { NO_ROW } from '../index/key-probe.ts';
import type { Meter } from '../index/meter.ts';
import { chooseAccess } from '../query/access.ts';
import { ROWS_AT_ONCE } from '../query/context.ts';
import type { RowWatch, Watched } from '../table/row-watch.ts';
import type { QueueHost, TableContext } from '../table/table-context.ts';
import type { Table } from '../table/table.ts';
import { ArrivalOrder } from './arrival-order.ts';
import { GroupOrder } from './group-order.ts';
import { HandOut } from './hand-out.ts';
import { Leases } from './leases.ts';
import { Opening } from './opening.ts';
import { RowStates } from './row-states.ts';
import { SystemCells } from './system-cells.ts';
import { Waiting } from './waiting.ts';

export interface WorkQueueParts {
  /** The table of the present declaration. */
  readonly table: () => Table;
  readonly watched: Watched;
  readonly context: TableContext;
  readonly host: QueueHost;
  readonly meter: Meter;
}

/** Rows looked at by one `take` between two looks at the clock. */
const ROWS_PER_LOOK = 64;

/**
 * One table as a work queue: the order in which its rows came, who waits for them, who holds them.
 *
 * It is an index of a kind: it follows the rows by their numbers through updates, compaction and changes of declaration, and keeps nothing of a
 * type that nobody ever used as a queue. What is to survive a restart (tries, delays, dead letters) goes into the log by key.
 *
 * Nothing is given out within a write. A write wakes the queue, which runs behind the caller's code, and in slices where there is much.
 */
export class WorkQueue implements Omit<QueueSource, 'saved' | 'readmitted'>, RowWatch {
  readonly #parts: WorkQueueParts;
  readonly #states: RowStates;
  readonly #order: ArrivalOrder;
  readonly #leases: Leases;
  readonly #handOut: HandOut;
  readonly #opening: Opening;
  /** By name of the column. */
  readonly #groups = new Map<string, GroupOrder>();
  #cells: SystemCells;
  #isAwake = false;
  #isClosed = false;
  #timerMs = Infinity;
  #isTimerIdle = false;
  #cancelTimer: (() => void) | undefined;
  readonly #offFail: () => void;

  constructor(parts: WorkQueueParts) {
    const { table, context, meter } = parts;
    this.#parts = parts;
    this.#cells = new SystemCells(table());
    this.#states = new RowStates(meter);
    this.#order = new ArrivalOrder(this.#states, meter);
    this.#leases = new Leases({
      table,
      context,
      states: this.#states,
      cells: () => this.#cells,
      meter,
      onFree: (row) => this.#freed(row),
      onHeld: (row) => this.#held(row),
      onDue: (dueMs) => this.#setTimer(dueMs),
    });
    this.#handOut = new HandOut({
      table,
      states: this.#states,
      order: this.#order,
      leases: this.#leases,
      log: context.log,
      isExpired: (row) => this.#isExpired(row),
      wake: () => this.#wake(),
    });
    this.#opening = new Opening(table, () => this.#cells, this.#states, this.#order);
    this.#offFail = context.log.commits.onFail((error) => this.#failed(error));
    parts.watched.by = this;
  }

  *take(where: Predicate | undefined, { slice = WHOLE, show }: QueueRun = {}): Work<object | undefined> {
    const isKeyed = !this.#opening.isBegun && chooseAccess(this.#parts.table(), where).kind === 'key';
    if (!isKeyed) yield* this.#open(slice);
    // Who waits comes first; but within a group of writes nothing is given to others.
    while (!this.#parts.context.log.isGrouped && !this.#run(slice)) yield;
    const row = yield* this.#oldest(where, slice);
    if (row === NO_ROW) return undefined;
    this.#parts.context.log.admit();
    const table = this.#parts.table();
    const loaded = table.rowCode.load(table.columns, row);
    const answer = show === undefined ? loaded : show(loaded);
    table.remove(row);
    return answer;
  }

  seek(seeking: Seeking): Seeker {
    const { failure } = this.#parts.context.log.commits;
    if (failure !== undefined) throw failure;
    const groups = seeking.group === undefined ? undefined : this.#groupsOf(seeking.group);
    const waiting = new Waiting(this.#handOut, seeking, this.#parts.table(), this.#handOut.place(), groups);
    this.#handOut.line.add(waiting);
    this.#wake();
    return waiting;
  }

  *dead(where: Predicate | undefined, { slice = WHOLE, show }: QueueRun = {}): Work<DeadRow[]> {
    const { schema, columns } = this.#parts.table();
    const matches = where === undefined ? () => true : compileMatcher(schema, where, columns);
    const found: DeadRow[] = [];
    for (let page = 0; page < this.#states.pageCount && this.#leases.dead > 0; page++) {
      for (const lease of this.#states.leasesOn(page))
        if (lease.state === 'dead' && matches(lease.row)) found.push(this.#leases.deadRow(lease, show));
      if (slice.isOver()) yield;
    }
    return found.sort((a, b) => a.atMs - b.atMs);
  }

  revive(key: Key): boolean {
    const row = this.#parts.table().find(key);
    const lease = row === NO_ROW ? undefined : this.#states.leaseOf(row);
    if (lease?.state !== 'dead') return false;
    this.#parts.context.log.admit();
    this.#leases.revive(lease);
    return true;
  }

  counts(): QueueCounts {
    const { leased, delayed, dead } = this.#leases;
    return { leased, delayed, dead, waiting: this.#handOut.line.size, bytes: this.bytes };
  }

  get bytes(): number {
    let bytes = this.#states.bytes + this.#order.bytes + this.#leases.bytes;
    for (const groups of this.#groups.values()) bytes += groups.bytes;
    return bytes;
  }

  /** What a record says of the row with this key; nothing where there is none. For a recovery, once the row is there. */
  restore(key: Key, state: WorkState): void {
    const row = this.#parts.table().find(key);
    if (row !== NO_ROW) this.#leases.restore(row, state);
  }

  /** What `restore` would need for all rows that are here, a page at a time. For a snapshot. */
  *saveStates(): Generator<readonly (readonly [Key, WorkState])[]> {
    for (let page = 0; page < this.#states.pageCount; page++) {
      const states: [Key, WorkState][] = [];
      const { columns, keyCode } = this.#parts.table();
      for (const lease of this.#states.leasesOn(page)) {
        const state = this.#leases.stateOf(lease);
        if (state !== undefined) states.push([keyCode.of(columns.map((column) => column.get(lease.row))), state]);
      }
      if (states.length > 0) yield states;
    }
  }

  /** The rows have another declaration from now on: their numbers stay, who waits asks again by the new one, who holds a row goes on. */
  redeclared(): void {
    this.#cells = new SystemCells(this.#parts.table());
    this.#opening.redeclared();
    this.#redeclareGroups();
    const waiting = this.#allWaiting();
    for (const each of waiting) each.end();
    this.#later(() => {
      for (const { seeking } of waiting) seeking.restart();
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#offFail();
    this.#cancelTimer?.();
    this.#parts.watched.by = undefined;
  }

  /** Nothing is handed out any more. */
  #failed(error: WeftError): void {
    for (const waiting of this.#allWaiting()) {
      waiting.end();
      waiting.seeking.fail(error);
    }
  }

  #allWaiting(): Waiting[] {
    const all: Waiting[] = [];
    for (let next = this.#handOut.line.first; next !== undefined; next = next.next) all.push(next);
    return all;
  }

  // What the table tells.

  added(row: number): void {
    if (!this.#opening.isBegun) return;
    this.#states.setArrival(row, this.#cells.lsnOf(row));
    this.#order.append(row);
    for (const groups of this.#groups.values()) groups.add(row);
    if (this.#handOut.line.size > 0) this.#wake();
  }

  changing(row: number): void {
    if (this.#groups.size > 0 && this.#isAvailable(row)) for (const groups of this.#groups.values()) groups.remove(row);
  }

  changed(row: number): void {
    if (!this.#isAvailable(row)) return;
    for (const groups of this.#groups.values()) groups.add(row);
    this.#handOut.note(this.#states.arrivalOf(row));
  }

  removing(row: number): void {
    if (this.#isAvailable(row)) this.#held(row);
    this.#leases.over(row);
    this.#states.forget(row);
  }

  moving(from: number): void {
    if (this.#isAvailable(from)) this.#held(from);
  }

  moved(from: number, to: number): void {
    this.#states.move(from, to);
    if (!this.#isAvailable(to)) return;
    this.#order.add(to);
    for (const groups of this.#groups.values()) groups.add(to);
  }

  cleared(): void {
    this.#leases.clear(this.#states.takeLeases());
    this.#states.clear();
    this.#order.clear();
    for (const groups of this.#groups.values()) groups.clear();
    this.#opening.cleared();
    this.#handOut.clear();
    this.#wake();
  }

  /** Whether the row is in the orders of those that may be given out. */
  #isAvailable(row: number): boolean {
    return this.#states.arrivalOf(row) !== 0 && (this.#states.leaseOf(row)?.isFree ?? true);
  }

  #freed(row: number): void {
    const arrival = this.#states.arrivalOf(row);
    if (arrival === 0) return;
    this.#order.add(row);
    for (const groups of this.#groups.values()) groups.add(row);
    this.#handOut.note(arrival);
  }

  #held(row: number): void {
    if (this.#states.arrivalOf(row) === 0) return;
    this.#order.remove(row);
    for (const groups of this.#groups.values()) groups.remove(row);
  }

  /** The oldest row that matches and may be given out. */
  *#oldest(where: Predicate | undefined, slice: Slice): Work<number> {
    const table = this.#parts.table();
    const matches = where === undefined ? () => true : compileMatcher(table.schema, where, table.columns);
    const access = chooseAccess(table, where);
    if (access.kind !== 'scan' && access.count <= ROWS_AT_ONCE) return this.#oldestOf(access.collect(), matches);
    const place = this.#handOut.place();
    for (let count = 1; ; count++) {
      const row = place.next();
      if (row === NO_ROW || (matches(row) && !this.#isExpired(row))) return row;
      if (count % ROWS_PER_LOOK === 0 && slice.isOver()) yield;
    }
  }

  #oldestOf(rows: Uint32Array, matches: (row: number) => boolean): number {
    let oldest = NO_ROW;
    for (const row of rows) {
      if (!(this.#states.leaseOf(row)?.isFree ?? true) || !matches(row) || this.#isExpired(row)) continue;
      if (oldest === NO_ROW || this.#states.arrivalOf(row) < this.#states.arrivalOf(oldest)) oldest = row;
    }
    return oldest;
  }

  *#open(slice: Slice): Work<void> {
    while (!this.#opening.step()) if (slice.isOver()) yield;
  }

  #groupsOf(name: string): GroupOrder {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const { columns } = this.#parts.table();
    const column = must(
      columns.find(({ schema }) => schema.name === name),
      'a group is a column of the type',
    );
    const made = new GroupOrder(column, this.#order, this.#states, this.#parts.meter);
    this.#groups.set(name, made);
    return made;
  }

  /** Columns that stay keep their order, under their name of now; the others are ordered anew when somebody asks. */
  #redeclareGroups(): void {
    const { columns } = this.#parts.table();
    const kept = [...this.#groups.values()].filter(({ column }) => columns.includes(column));
    for (const groups of this.#groups.values()) if (!kept.includes(groups)) groups.clear();
    this.#groups.clear();
    for (const groups of kept) this.#groups.set(groups.column.schema.name, groups);
  }

  #isExpired(row: number): boolean {
    return this.#parts.table().expiry?.has(row) ?? false;
  }

  /** Runs behind the caller's code. */
  #wake(): void {
    if (this.#isAwake || this.#isClosed) return;
    this.#isAwake = true;
    this.#later(() => void this.#runToEnd());
  }

  #later(run: () => void): void {
    void Promise.resolve().then(run);
  }

  async #runToEnd(): Promise<void> {
    const { turns } = this.#parts.host;
    const slice: Slice = { isOver: () => turns.elapsedMs() > SLICE_MS };
    // The queues of other partitions may have had this turn: the least that each does adds up.
    if (slice.isOver()) await turns.next('events');
    while (!this.#isClosed && !this.#run(slice)) await turns.next('events');
    this.#isAwake = false;
    this.#setTimer(this.#leases.nextMs);
  }

  /** Does what there is to do. False where it has to go on in another turn. */
  #run(slice: Slice): boolean {
    const isOver = (): boolean => slice.isOver();
    if (!this.#leases.advance(isOver)) return false;
    if (this.#handOut.line.size === 0) return true;
    while (!this.#opening.step()) if (isOver()) return false;
    for (const groups of this.#groups.values()) while (groups.fill()) if (isOver()) return false;
    return this.#handOut.run(isOver);
  }

  /** One timer for all that is ever due. It keeps the process alive where somebody waits for it. */
  #setTimer(dueMs: number): void {
    const isIdle = this.#handOut.line.size === 0;
    const isSet = dueMs > this.#timerMs || (dueMs === this.#timerMs && isIdle === this.#isTimerIdle);
    if (dueMs === Infinity || isSet || this.#isClosed || this.#isAwake) return;
    this.#cancelTimer?.();
    this.#timerMs = dueMs;
    this.#isTimerIdle = isIdle;
    const { clock } = this.#parts.context;
    this.#cancelTimer = this.#parts.host.timers.after(
      Math.max(0, dueMs - clock.monotonicMs()),
      () => {
        this.#timerMs = Infinity;
        this.#cancelTimer = undefined;
        this.#wake();
      },
      isIdle ? 'idle' : undefined,
    );
  }
}
