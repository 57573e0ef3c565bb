import type { Holding } from '@weft/data';
import type { PartitionLog } from '@weft/log';
import { NO_ROW } from '../index/key-probe.ts';
import type { Table } from '../table/table.ts';
import type { ArrivalOrder } from './arrival-order.ts';
import type { Closed } from './group-order.ts';
import type { Leases } from './leases.ts';
import { Place } from './place.ts';
import type { RowStates } from './row-states.ts';
import { Line, type LineOf, type Waiting } from './waiting.ts';

/** Rows looked at between two looks at the clock. */
const ROWS_PER_LOOK = 32;
/** Rows of an opened group that are looked at together. */
const GROUP_ROWS = 32;

export interface HandOutParts {
  readonly table: () => Table;
  readonly states: RowStates;
  readonly order: ArrivalOrder;
  readonly leases: Leases;
  readonly log: PartitionLog;
  /** Whether the row is not there any more for anybody who reads. */
  readonly isExpired: (row: number) => boolean;
  /** There is something to do. */
  readonly wake: () => void;
}

/**
 * Gives rows to those who wait for them.
 *
 * Whoever comes looks through the rows that are there, in turns, in an order of their own (`Place`). Once done they are *idle*: rows that come
 * or come back are then offered to all idle ones together, the first in line first. Who has enough for now keeps the place where they
 * stopped, and looks on from there. So a row is looked at once by each, however long they wait.
 */
export class HandOut implements LineOf {
  readonly line = new Line();
  readonly #parts: HandOutParts;
  /** How far the idle ones have looked. */
  readonly #shared: Place;
  readonly #groupRows = new Uint32Array(GROUP_ROWS);

  constructor(parts: HandOutParts) {
    this.#parts = parts;
    this.#shared = this.place();
  }

  place(): Place {
    return new Place(this.#parts.order, this.#parts.states);
  }

  /** A row that was there may match now, or may be given out again. */
  note(arrival: number): void {
    if (this.line.size === 0) return;
    if (this.line.idle > 0) this.#shared.note(arrival);
    for (const waiting of this.line.awake) waiting.place.note(arrival);
    this.#parts.wake();
  }

  /** All rows went. */
  clear(): void {
    this.#shared.goTo(0);
    for (const waiting of this.line.awake) waiting.place.goTo(0);
  }

  resumed(waiting: Waiting): void {
    this.line.toEnd(waiting);
    this.#parts.wake();
  }

  roused(waiting: Waiting): void {
    this.#stopIdling(waiting);
    this.#parts.wake();
  }

  ended(waiting: Waiting): void {
    waiting.isOver = true;
    this.#leaveRows(waiting);
    this.line.remove(waiting);
  }

  /** Gives out what can be given out. False where it has to go on in another turn. */
  run(isOver: () => boolean): boolean {
    for (let lookers = 0; ;) {
      // Who is idle has waited longer than who begins to look now.
      if (!this.#offer(isOver)) return false;
      const waiting = this.line.looking();
      if (waiting === undefined) return true;
      if (!this.#look(waiting, isOver) || (++lookers % ROWS_PER_LOOK === 0 && isOver())) return false;
    }
  }

  /** Offers what has come to those who have looked at all the rest. */
  #offer(isOver: () => boolean): boolean {
    for (let count = 1; this.line.idle > 0; count++) {
      const row = this.#shared.next();
      if (row === NO_ROW) return true;
      this.#offerRow(row);
      if (count % ROWS_PER_LOOK === 0 && isOver()) return false;
    }
    return true;
  }

  #offerRow(row: number): void {
    const arrival = this.#parts.states.arrivalOf(row);
    let next: Waiting | undefined;
    // Who is given a row goes behind the last one of now, who ends it.
    for (let waiting = this.line.first, left = this.line.size; waiting !== undefined && left > 0; waiting = next) {
      left--;
      next = waiting.next;
      if (waiting.isOver || !waiting.matches(row)) continue;
      if (!waiting.isWanting) this.#stopIdlingAt(waiting, arrival);
      else if (!waiting.isIdle) {
        // It looks through the rows before, and then comes to this one: nobody behind it in the line gets it first.
        if (waiting.seeking.kind === 'read' || this.#isPassedOver(waiting, row)) continue;
        waiting.left.push(arrival);
        return;
      } else if (this.#give(waiting, row) && waiting.seeking.kind !== 'read') return;
    }
  }

  /** Looks at rows until it has what it wants, or all are looked at. */
  #look(waiting: Waiting, isOver: () => boolean): boolean {
    for (let count = 1; waiting.isWanting; count++) {
      const row = waiting.opened.size > 0 ? this.#nextOfGroups(waiting) : waiting.place.next();
      if (row === NO_ROW) {
        this.#becomeIdle(waiting);
        return true;
      }
      if (row !== SOME_LEFT && waiting.matches(row)) this.#give(waiting, row);
      if (count % ROWS_PER_LOOK === 0 && isOver()) return false;
    }
    this.#leaveRows(waiting);
    return true;
  }

  /** The next row that matches of the groups that have opened; SOME_LEFT where some rows of them were looked at, and none matched. */
  #nextOfGroups(waiting: Waiting): number {
    const { groups, opened } = waiting;
    const [name, next] = opened.entries().next().value!;
    const closed = groups!.isClosed(next.group);
    if (closed !== undefined) {
      closed.passedOver(waiting);
      opened.delete(name);
      return SOME_LEFT;
    }
    const rows = this.#groupRows;
    const count = groups!.from(next.group, next.from, rows);
    for (let i = 0; i < count; i++) {
      next.from = this.#parts.states.arrivalOf(rows[i]) + 1;
      if (waiting.matches(rows[i])) return rows[i];
    }
    if (count < rows.length) opened.delete(name);
    return SOME_LEFT;
  }

  /** Whether it got the row. */
  #give(waiting: Waiting, row: number): boolean {
    const { seeking } = waiting;
    const table = this.#parts.table();
    if (this.#parts.isExpired(row)) return false;
    try {
      // To hold a row changes nothing.
      if (seeking.kind === 'take') this.#parts.log.admit();
      if (seeking.kind === 'lease') return this.#lease(waiting, row, table);
      const loaded = shown(waiting, table, row);
      if (seeking.kind === 'take') table.remove(row);
      this.line.toEnd(waiting);
      seeking.give(loaded, undefined);
    } catch (error) {
      this.ended(waiting);
      seeking.fail(error);
    }
    return true;
  }

  #lease(waiting: Waiting, row: number, table: Table): boolean {
    const { seeking } = waiting;
    const { leases, states } = this.#parts;
    if (this.#isPassedOver(waiting, row)) return false;
    const known = states.leaseOf(row);
    if (known !== undefined && known.tries >= (seeking.maxTries ?? Infinity)) {
      if (this.#isRefused(row)) return false;
      leases.die(row, known.reason || 'it was handed out and never acknowledged', seeking, undefined);
      return true;
    }
    const loaded = shown(waiting, table, row);
    const holding = leases.grant(row, seeking, this.#close(waiting, row));
    this.line.toEnd(waiting);
    seeking.give(loaded, holding as Holding);
    return true;
  }

  /** Whether nothing can be recorded of the row now: it is then looked at again once that can be. */
  #isRefused(row: number): boolean {
    const arrival = this.#parts.states.arrivalOf(row);
    const readmitted = this.#parts.log.readmitted();
    void readmitted?.then(() => this.note(arrival));
    return readmitted !== undefined;
  }

  /** Whether a row of its group is held: it comes back to this one once none is. */
  #isPassedOver(waiting: Waiting, row: number): boolean {
    const closed = waiting.groups?.closedOf(row);
    closed?.passedOver(waiting);
    return closed !== undefined;
  }

  /** Of a group one row is held. Others of it may have been passed over before, while it was closed. */
  #close(waiting: Waiting, row: number): Closed | undefined {
    const group = waiting.groups?.groupOf(row);
    if (group === undefined) return undefined;
    const closed = waiting.groups!.close(group);
    if (waiting.opened.delete(group.name)) closed.passedOver(waiting);
    return closed;
  }

  #becomeIdle(waiting: Waiting): void {
    if (this.line.idle === 0) this.#shared.goTo(this.#parts.order.end());
    this.line.setIdle(waiting, true);
    this.#leaveRows(waiting);
  }

  #stopIdling(waiting: Waiting): void {
    if (!waiting.isIdle) return;
    waiting.place.follow(this.#shared);
    this.line.setIdle(waiting, false);
  }

  #stopIdlingAt(waiting: Waiting, arrival: number): void {
    if (!waiting.isIdle) return;
    this.#stopIdling(waiting);
    waiting.place.note(arrival);
  }

  /** What was left to it is offered to the others, if it did not take it. */
  #leaveRows({ left }: Waiting): void {
    if (left.length === 0) return;
    if (this.line.idle > 0) for (const arrival of left) this.#shared.note(arrival);
    left.length = 0;
    this.#parts.wake();
  }
}

/** No row yet, but there are others to look at. */
const SOME_LEFT = -2;

function shown({ seeking: { show } }: Waiting, table: Table, row: number): object {
  const loaded = table.rowCode.load(table.columns, row);
  return show === undefined ? loaded : show(loaded);
}
