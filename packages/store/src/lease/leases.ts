import { WeftError } from '@weft/base';
import type { DeadRow, Holding, Key, Seeking } from '@weft/data';
import type { WorkState } from '@weft/log';
import type { Meter } from '../index/meter.ts';
import type { TableContext } from '../table/table-context.ts';
import type { Table } from '../table/table.ts';
import { Lease, LEASE_BYTES, type ClosedGroup, type Grant } from './lease.ts';
import type { RowStates } from './row-states.ts';
import type { SystemCells } from './system-cells.ts';
import { TimingWheel } from './timing-wheel.ts';

/** What leases need of the queue that they are in. */
export interface LeasesParts {
  readonly table: () => Table;
  readonly context: TableContext;
  readonly states: RowStates;
  readonly cells: () => SystemCells;
  readonly meter: Meter;
  /** A row may be given out from now on, or may not any more. */
  readonly onFree: (row: number) => void;
  readonly onHeld: (row: number) => void;
  /** Something is due at this time of the monotonic clock. */
  readonly onDue: (dueMs: number) => void;
}

/** A reason that is longer is cut: it goes into records and memory. */
export const REASON_LENGTH_MAX = 1024;

/** Who holds which row, until when, and what became of rows that were held before. */
export class Leases {
  leased = 0;
  delayed = 0;
  dead = 0;
  readonly #parts: LeasesParts;
  #wheel: TimingWheel<Lease>;
  #kept = 0;
  /** Counts the times that all rows went at once: leases of an earlier one are over. */
  #era = 0;
  /** Leases that went with all rows, whose holders have to be told. */
  #gone: Lease[][] = [];

  constructor(parts: LeasesParts) {
    this.#parts = parts;
    this.#wheel = new TimingWheel(parts.context.clock.monotonicMs());
  }

  get bytes(): number {
    return this.#kept * LEASE_BYTES;
  }

  get era(): number {
    return this.#era;
  }

  /** When `advance` has something to do; Infinity where it never has. */
  get nextMs(): number {
    return this.#gone.length > 0 ? 0 : this.#wheel.nextMs();
  }

  /** Somebody holds a row that may be given out. */
  grant(row: number, seeking: Seeking, closed: ClosedGroup | undefined): Holding {
    this.#parts.onHeld(row);
    const lease = this.#of(row);
    const holding = new Held(this, lease, seeking, this.#parts.table().keyCode.of(this.#valuesOf(row)));
    lease.grant = holding;
    lease.closed = closed;
    this.leased++;
    this.#due(lease, this.#now() + (seeking.leaseMs ?? 0));
    return holding;
  }

  /** Ends leases that ran out and delays that are over. False where it has to go on in another turn. */
  advance(isOver: () => boolean): boolean {
    while (this.#gone.length > 0) {
      for (const lease of this.#gone.pop()!)
        if (lease.grant !== undefined) lease.grant.seeking.lost?.(lease.grant as Held);
      if (isOver()) return false;
    }
    return this.#wheel.advance(this.#now(), (lease) => this.#runOut(lease), isOver);
  }

  /** The row is about to go. */
  over(row: number): void {
    const lease = this.#parts.states.leaseOf(row);
    if (lease === undefined) return;
    const holding = lease.grant as Held | undefined;
    lease.isOver = true;
    this.#leave(lease);
    this.#forget(lease);
    lease.closed?.open();
    holding?.seeking.lost?.(holding);
  }

  /** All rows have gone. `pages`: the leases of them. */
  clear(pages: Lease[][]): void {
    this.#era++;
    this.#gone.push(...pages);
    this.#wheel = new TimingWheel(this.#now());
    this.#parts.meter(-this.bytes);
    this.leased = this.delayed = this.dead = this.#kept = 0;
  }

  /** The row is a dead letter from now on. */
  die(row: number, reason: string, seeking: Seeking | undefined, holding: Holding | undefined): void {
    const lease = this.#of(row);
    if (lease.isFree) this.#parts.onHeld(row);
    this.#leave(lease);
    lease.state = 'dead';
    lease.atMs = Math.floor(this.#parts.context.clock.wallMs());
    lease.reason = reason;
    this.dead++;
    this.#record(lease);
    this.#open(lease);
    if (seeking?.died !== undefined) this.#tellDied(lease, seeking, holding);
  }

  /** A dead letter is a row like any other again. */
  revive(lease: Lease): void {
    this.#leave(lease);
    lease.tries = 0;
    lease.reason = '';
    this.#free(lease);
    this.#record(lease);
  }

  /** What a record says of a row; it replaces what is known. Rows are restored before anybody holds one. */
  restore(row: number, { state, tries, atMs, reason }: WorkState): void {
    const known = this.#parts.states.leaseOf(row);
    if (known === undefined || known.isFree) this.#parts.onHeld(row);
    const lease = this.#of(row);
    this.#leave(lease);
    lease.tries = tries;
    lease.reason = reason;
    if (state === 'dead') {
      lease.state = 'dead';
      lease.atMs = atMs;
      this.dead++;
    } else if (state === 'delayed') this.#delay(lease, atMs);
    else this.#free(lease);
  }

  /** What a record would have to say of a row, `undefined` where nothing. */
  stateOf(lease: Lease): WorkState | undefined {
    const { state, tries, atMs, reason } = lease;
    if (state === 'free' && tries === 0 && reason === '') return undefined;
    return { state, tries, atMs: state === 'free' ? 0 : atMs, reason };
  }

  deadRow(lease: Lease, show: Seeking['show']): DeadRow {
    const { row, tries, reason, atMs } = lease;
    const table = this.#parts.table();
    const loaded = table.rowCode.load(table.columns, row);
    const era = this.#era;
    const isThere = (): boolean => !lease.isOver && this.#era === era && lease.state === 'dead' && lease.atMs === atMs;
    return {
      row: show === undefined ? loaded : show(loaded),
      key: table.keyCode.of(this.#valuesOf(row)),
      tries,
      reason,
      atMs,
      get isThere() {
        return isThere();
      },
      remove: () => {
        if (!isThere()) return false;
        this.#parts.context.log.admit();
        this.#parts.table().remove(lease.row);
        return true;
      },
    };
  }

  // What holders do: they have made sure that they hold the row. Throws why the log takes nothing, and they hold it still.

  handOut(lease: Lease, leaseMs: number): void {
    this.#parts.context.log.admit();
    lease.tries++;
    this.#record(lease);
    this.renew(lease, leaseMs);
  }

  renew(lease: Lease, leaseMs: number): void {
    this.#wheel.remove(lease);
    this.#due(lease, this.#now() + leaseMs);
  }

  ack(lease: Lease): void {
    this.#parts.context.log.admit();
    this.#leave(lease);
    this.#parts.table().remove(lease.row);
  }

  nack(holding: Held, delayMs: number, reason: string): void {
    const { lease, seeking } = holding;
    this.#parts.context.log.admit();
    const text = reason.length > REASON_LENGTH_MAX ? `${reason.slice(0, REASON_LENGTH_MAX - 1)}…` : reason;
    if (lease.tries >= (seeking.maxTries ?? Infinity)) return this.die(lease.row, text, seeking, holding);
    this.#leave(lease);
    lease.reason = text;
    if (delayMs > 0) this.#delay(lease, Math.ceil(this.#parts.context.clock.wallMs() + delayMs));
    else this.#free(lease);
    this.#record(lease);
  }

  release(lease: Lease): void {
    this.#leave(lease);
    this.#free(lease);
  }

  expiresAtMs({ dueMs }: Lease): number {
    return this.#parts.context.clock.wallMs() + dueMs - this.#now();
  }

  isTimeUp({ dueMs }: Lease): boolean {
    return dueMs <= this.#now();
  }

  lostLease(key: Key, why: string): WeftError {
    const { schema, keyCode } = this.#parts.table();
    return new WeftError('LEASE_LOST', `${schema.name} with ${keyCode.describe(key)} is not held any more: ${why}.`, {
      details: { type: schema.name },
    });
  }

  #runOut(lease: Lease): void {
    const holding = lease.grant as Held | undefined;
    if (holding === undefined) {
      // A delay is over. What was recorded says when, so that nothing more has to be.
      this.#leave(lease);
      return this.#free(lease);
    }
    const { seeking } = holding;
    const isFailure = holding.isOut && lease.tries >= (seeking.maxTries ?? Infinity);
    if (isFailure) {
      this.die(lease.row, 'the lease ran out', seeking, holding);
    } else {
      this.#leave(lease);
      this.#free(lease);
    }
    seeking.lost?.(holding);
  }

  /** From whatever it was. */
  #leave(lease: Lease): void {
    this.#wheel.remove(lease);
    if (lease.grant !== undefined) this.leased--;
    else if (lease.state === 'delayed') this.delayed--;
    else if (lease.state === 'dead') this.dead--;
    lease.grant = undefined;
    lease.state = 'free';
    lease.atMs = 0;
  }

  #free(lease: Lease): void {
    this.#parts.onFree(lease.row);
    this.#open(lease);
    if (lease.tries === 0 && lease.reason === '') this.#forget(lease);
  }

  #delay(lease: Lease, untilMs: number): void {
    const { clock } = this.#parts.context;
    lease.state = 'delayed';
    lease.atMs = untilMs;
    this.delayed++;
    this.#due(lease, this.#now() + Math.max(0, untilMs - clock.wallMs()));
  }

  #open(lease: Lease): void {
    const { closed } = lease;
    lease.closed = undefined;
    closed?.open();
  }

  #due(lease: Lease, dueMs: number): void {
    lease.dueMs = dueMs;
    this.#wheel.add(lease);
    this.#parts.onDue(dueMs);
  }

  #of(row: number): Lease {
    const known = this.#parts.states.leaseOf(row);
    if (known !== undefined) return known;
    const lease = new Lease(row);
    this.#parts.states.setLease(row, lease);
    this.#kept++;
    this.#parts.meter(LEASE_BYTES);
    return lease;
  }

  #forget(lease: Lease): void {
    this.#parts.states.setLease(lease.row, undefined);
    this.#kept--;
    this.#parts.meter(-LEASE_BYTES);
  }

  #record(lease: Lease): void {
    const { log } = this.#parts.context;
    if (!log.isOn) return;
    const { schema, keyCode } = this.#parts.table();
    const slot = this.#parts.cells().slotOf(lease.row);
    const key = keyCode.of(this.#valuesOf(lease.row));
    const { state, tries, atMs, reason } = lease;
    log.worked(schema, log.nextLsn(), slot, key, { state, tries, atMs: state === 'free' ? 0 : atMs, reason });
  }

  #tellDied(lease: Lease, seeking: Seeking, holding: Holding | undefined): void {
    try {
      seeking.died!(this.deadRow(lease, seeking.show), holding);
    } catch (error) {
      seeking.fail(error);
    }
  }

  #valuesOf(row: number): unknown[] {
    const { columns, keyCode } = this.#parts.table();
    const values: unknown[] = [];
    for (const { ordinal } of keyCode.columns) values[ordinal] = columns[ordinal].get(row);
    return values;
  }

  #now(): number {
    return this.#parts.context.clock.monotonicMs();
  }
}

/** A row that somebody holds. */
export class Held implements Holding, Grant {
  readonly lease: Lease;
  readonly seeking: Seeking;
  readonly key: Key;
  /** Whether it was handed out: until then it waits for its turn, and nobody has tried. */
  isOut = false;
  readonly #leases: Leases;
  readonly #era: number;

  constructor(leases: Leases, lease: Lease, seeking: Seeking, key: Key) {
    this.#leases = leases;
    this.lease = lease;
    this.seeking = seeking;
    this.key = key;
    this.#era = leases.era;
  }

  get isHeld(): boolean {
    return this.lease.grant === this && this.#era === this.#leases.era;
  }

  get tries(): number {
    return this.lease.tries;
  }

  get expiresAtMs(): number {
    this.#check();
    return this.#leases.expiresAtMs(this.lease);
  }

  handOut(): void {
    this.#check();
    this.#leases.handOut(this.lease, this.seeking.leaseMs ?? 0);
    this.isOut = true;
  }

  ack(): void {
    this.#check();
    this.#leases.ack(this.lease);
  }

  nack(delayMs: number, reason: string): void {
    this.#check();
    this.#leases.nack(this, delayMs, reason);
  }

  renew(leaseMs: number): void {
    this.#check();
    this.#leases.renew(this.lease, leaseMs);
  }

  release(): void {
    if (this.isHeld) this.#leases.release(this.lease);
  }

  /** Throws LEASE_LOST. A lease whose time is up is lost, even where nobody has noticed. */
  #check(): void {
    if (!this.isHeld)
      throw this.#leases.lostLease(this.key, 'its row was deleted, its consumer has ended, or the lease ran out');
    if (this.#leases.isTimeUp(this.lease)) throw this.#leases.lostLease(this.key, 'the lease ran out');
  }
}
