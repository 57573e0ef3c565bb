import type { Seeking } from '@weft/data';
import type { WorkStateName } from '@weft/log';
import type { Timed } from './timing-wheel.ts';

/** Memory that a lease takes, roughly: itself, its grant, its handle. */
export const LEASE_BYTES = 320;

/**
 * What a queue keeps of a row that was ever held: whether it may be given out, and how often it was. There is one for a row at most,
 * until the row goes, or all is as if it had never been held.
 */
export class Lease implements Timed<Lease> {
  /** Where the row is now. */
  row: number;
  state: WorkStateName = 'free';
  tries = 0;
  /** Since when it is dead, until when it is delayed. */
  atMs = 0;
  reason = '';
  /** Who holds the row. */
  grant: Grant | undefined;
  /** The group that is closed to others until the row is free or gone. */
  closed: ClosedGroup | undefined;
  /** Whether its row is there. */
  isOver = false;
  dueMs = 0;
  prev: Lease | undefined;
  next: Lease | undefined;
  list: { remove(item: Lease): void } | undefined;

  constructor(row: number) {
    this.row = row;
  }

  /** Whether the row may be given out. */
  get isFree(): boolean {
    return this.state === 'free' && this.grant === undefined;
  }
}

/** One holding of a row by somebody. */
export interface Grant {
  readonly lease: Lease;
  readonly seeking: Seeking;
}

/** The rows with one value of a column, of which one is held. */
export interface ClosedGroup {
  open(): void;
}
