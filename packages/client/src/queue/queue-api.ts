/** What a type offers as a work queue: part of its asynchronous handle. */
import type { Duration } from '@weft/base';
import type { AnyType, CallOptions, ColumnName, InferKey, RowOf, Where } from '@weft/data';

/** Options of `take` and `read`. */
export interface WaitOptions extends CallOptions {
  /** Waits up to so long for a row that matches; without it, or with 0, only rows that are there count. */
  readonly wait?: Duration | undefined;
}

/** Options of `consume`. */
export interface ConsumeOptions<T extends AnyType> {
  /** How long a delivery is held; 30 seconds unless said otherwise. */
  readonly lease?: Duration | undefined;
  /** Deliveries at most that are held at a time, those that wait to be iterated included: 1 to PREFETCH_MAX, 10 unless said otherwise. */
  readonly prefetch?: number | undefined;
  /** A row that was handed out so often and never acknowledged becomes a dead letter: 1 or more, 5 unless said otherwise. */
  readonly maxTries?: number | undefined;
  /**
   * Of the rows with one value of this column one at a time is held, the oldest first. In a grid of several partitions it is the routing
   * column.
   */
  readonly group?: ColumnName<T> | undefined;
  /**
   * Where dead letters of this consumer go: a type, whose columns get the values of those of the same name and, where it has them, `reason`, `tries` and
   * `failedAt`; or a function. Once the letter is written, or the function has succeeded, the row is removed. Where that fails, it stays a dead letter.
   */
  readonly deadLetter?: AnyType | ((letter: DeadLetter<T>) => unknown) | undefined;
  /** The iteration ends with ABORTED when it fires; what is held goes back. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `nack`. */
export interface NackOptions {
  /** When the row may be handed out again; at once unless said otherwise. Over a restart it goes by the wall clock. */
  readonly delay?: Duration | undefined;
  /** Why, for dead letters; cut after REASON_LENGTH_MAX characters. */
  readonly reason?: string | undefined;
}

/** A row that a consumer holds until it acknowledges it, or the lease runs out. */
export interface Delivery<T extends AnyType> {
  /** The row as it was when it was held. */
  readonly row: RowOf<T>;
  /** How often it has been handed out, this time included. */
  readonly tries: number;
  /** Until when it is held. Throws LEASE_LOST where it is not any more. */
  readonly expiresAt: Date;
  /**
   * Done: removes the row. Throws LEASE_LOST, DISK_FULL, JOURNAL_BUSY, JOURNAL_FAILED, and over a network as `AnyGrid` says.
   * @example await delivery.ack();
   */
  ack(): Promise<void>;
  /**
   * Not done: the row is handed out again, to anybody, or becomes a dead letter. Throws OPTION_INVALID, and as `ack` does.
   * @example await delivery.nack({ delay: '10s', reason: 'the printer is out of paper' });
   */
  nack(options?: NackOptions): Promise<void>;
  /**
   * Holds the row for so long from now on, as long as at first unless said otherwise. Throws LEASE_LOST, OPTION_INVALID, and over a network as `AnyGrid` says.
   * @example await delivery.renew('2m');
   */
  renew(lease?: Duration): Promise<void>;
}

/** Deliveries on their way. `return()`, `break` and disposal give back what is held and not acknowledged. */
export interface Consumer<T extends AnyType>
  extends AsyncIterableIterator<Delivery<T>, undefined, undefined>, AsyncDisposable {
  [Symbol.asyncIterator](): Consumer<T>;
}

/** A row that nobody gets any more. */
export interface DeadLetter<T extends AnyType> {
  readonly row: RowOf<T>;
  readonly tries: number;
  /** What the last `nack` said, or that the lease ran out. */
  readonly reason: string;
  /** Since when. */
  readonly at: Date;
}

/** The verbs of a work queue: rows come by `write`, stand in the order in which they were inserted, and go to one taker each. */
export interface QueueVerbs<T extends AnyType> {
  /**
   * Removes a row that matches, the oldest of its partition that nobody holds, and returns it: of several takers exactly one gets it. With `wait`
   * it waits for one, first come first served. Undefined where there is none.
   * Rejects as `find` does, and with DISK_FULL, JOURNAL_BUSY, JOURNAL_FAILED.
   * @example const order = await orders.take({ status: 'new' }, { wait: '5s' });
   */
  take(where?: Where<T>, options?: WaitOptions): Promise<RowOf<T> | undefined>;

  /**
   * Hands out rows that match, one by one in the order in which they were inserted: each is held by one consumer until it acknowledges it, and then removed.
   * Nothing begins before the first look at it. Ends only with ABORTED, CLOSED, DECLARATION_OUTDATED, and,
   * since nothing can be handed out then, when the journal takes nothing: DISK_FULL, JOURNAL_BUSY, JOURNAL_FAILED. Throws OPTION_INVALID, COLUMN_UNKNOWN
   * and what `find` throws at once.
   * @example
   * for await (const delivery of orders.consume({ status: 'new' }, { lease: '30s', group: 'account' })) {
   *   await fill(delivery.row);
   *   await delivery.ack();
   * }
   */
  consume(where?: Where<T>, options?: ConsumeOptions<T>): Consumer<T>;

  /**
   * The rows that match and were handed out too often, the oldest letter first. Rejects as `find` does.
   * @example const letters = await orders.deadLetters();
   */
  deadLetters(where?: Where<T>, options?: CallOptions): Promise<DeadLetter<T>[]>;

  /**
   * Makes the dead letter with this key a row like any other, as if never tried; whether there was one. To be rid of one, `delete` it.
   * Throws KEY_INVALID, VALUE_INVALID, DISK_FULL, JOURNAL_BUSY, JOURNAL_FAILED.
   * @example await orders.revive('0f3c');
   */
  revive(key: InferKey<T>, options?: CallOptions): Promise<boolean>;
}
