import type { Predicate } from '../predicate/predicate.ts';
import type { Key } from '../row/key-code.ts';
import type { Slice, Work } from './work.ts';

/** What becomes of a row that somebody waits for: it is looked at, removed, or held until it is acknowledged. */
export type SeekKind = 'read' | 'take' | 'lease';

/** Somebody who waits for rows of one partition. Its functions are called in turns of the partition, never within a write. */
export interface Seeking {
  readonly kind: SeekKind;
  /** Checked; its long lists are prepared. */
  readonly where: Predicate | undefined;
  /** Of a `lease`: of the rows with one value of this column, one at a time is held, the oldest first. */
  readonly group?: string | undefined;
  readonly leaseMs?: number | undefined;
  /** A row that was handed out so often without success becomes a dead letter. */
  readonly maxTries?: number | undefined;
  /** What it sees of a row of the stored declaration, where that is not all of it. Throws where the row cannot be shown. */
  readonly show?: ((row: object) => object) | undefined;
  /** How many rows it wants now. */
  wanted(): number;
  /** Here is one. Of a `lease` it is held. */
  give(row: object, holding: Holding | undefined): void;
  /** A row that it held is not its any more: it was deleted, or its lease ran out. */
  readonly lost?: ((holding: Holding) => void) | undefined;
  /** A row that it held became a dead letter. */
  readonly died?: ((letter: DeadRow, holding: Holding | undefined) => void) | undefined;
  /** It gets nothing any more: rows cannot be shown, or the partition is closing. */
  fail(error: unknown): void;
  /** The declaration of the type changed; whoever still waits asks again. */
  restart(): void;
}

/** Its place in the line. */
export interface Seeker {
  /** Whether every row that there is has been looked at. */
  readonly isCaughtUp: boolean;
  /** To be called when `wanted` was 0 and is not any more: it goes to the end of the line. */
  resume(): void;
  end(): void;
}

/** A row that is held. Every method but `isHeld` throws LEASE_LOST where it is not any more. */
export interface Holding {
  readonly key: Key;
  readonly isHeld: boolean;
  /** How often the row was handed out, this time included. */
  readonly tries: number;
  /** Milliseconds since 1970. */
  readonly expiresAtMs: number;
  /** The row goes to whom it is for: this is a try, and the lease begins anew. */
  handOut(): void;
  /** Done: removes the row. */
  ack(): void;
  /** Not done: the row is there again after the delay, or is a dead letter where it was tried often enough. */
  nack(delayMs: number, reason: string): void;
  /** From now on it is held for so long. */
  renew(leaseMs: number): void;
  /** Gives the row back at once, whatever became of it; nothing where it is not held. */
  release(): void;
}

/** A row that nobody gets any more. */
export interface DeadRow {
  readonly row: object;
  readonly key: Key;
  readonly tries: number;
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly atMs: number;
  /** Whether the row is still the same dead letter. */
  readonly isThere: boolean;
  /** Removes the row, if it is. */
  remove(): boolean;
}

/** What a work queue holds. */
export interface QueueCounts {
  /** Rows that are held. */
  readonly leased: number;
  /** Rows that nobody gets before a time. */
  readonly delayed: number;
  readonly dead: number;
  /** Who waits for rows or consumes them; who does so in several partitions counts in each. */
  readonly waiting: number;
  /** Memory beside the table, in bytes. */
  readonly bytes: number;
}

/** How work on a queue runs: as `Run`, and what its caller sees of rows. */
export interface QueueRun {
  readonly slice?: Slice | undefined;
  readonly show?: Seeking['show'];
}

/** One partition of a type as a work queue: its rows in the order in which they were inserted, and who holds them. */
export interface QueueSource {
  /** Removes the oldest row that matches and that nobody holds; what it was. `undefined` where there is none. */
  take(where: Predicate | undefined, run?: QueueRun): Work<object | undefined>;
  /** Gets in line. */
  seek(seeking: Seeking): Seeker;
  /** The dead letters, the oldest first. */
  dead(where: Predicate | undefined, run?: QueueRun): Work<DeadRow[]>;
  /** Makes a dead letter a row like any other, never tried; whether there was one with this key. */
  revive(key: Key): boolean;
  /** Resolves once all that was done so far is committed, rejects where it never will be; `undefined` where it is. */
  saved(): Promise<void> | undefined;
  /** Where changes are refused for now, such as on a full disk: resolves once they are not, or are for ever. */
  readmitted(): Promise<void> | undefined;
  /** `undefined` where nobody ever used it as a queue. */
  counts(): QueueCounts | undefined;
}

/** Several partitions as one; `undefined` for none. */
export function sumCounts(counts: readonly QueueCounts[]): QueueCounts | undefined {
  if (counts.length === 0) return undefined;
  const sum = (of: (count: QueueCounts) => number): number => counts.reduce((total, count) => total + of(count), 0);
  return {
    leased: sum(({ leased }) => leased),
    delayed: sum(({ delayed }) => delayed),
    dead: sum(({ dead }) => dead),
    waiting: sum(({ waiting }) => waiting),
    bytes: sum(({ bytes }) => bytes),
  };
}
