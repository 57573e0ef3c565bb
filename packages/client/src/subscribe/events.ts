import type { AnyType, FilterStep, InferKey, Overflow, Position, RowOf } from '@weft/data';

/** Options of `subscribe`. */
export interface SubscribeOptions {
  /** Gives the rows that match first, as of one moment, and then every change behind it. */
  readonly initial?: boolean | undefined;
  /** Goes on behind a position that `subscription.position` gave, also of an earlier run of the process where the log is kept. */
  readonly from?: Position | undefined;
  /**
   * Shares the changes with the other members of the group: each partition is one member's. What the group has committed is kept in the log,
   * and where a member joins it goes on from there; a new group begins now, or at `from`.
   */
  readonly group?: string | undefined;
  /**
   * What happens while `buffer` is full. `'block'` (the default): writes that are awaited wait until there is room, BLOCK_MS_MAX at most;
   * past that, and past the synchronous handle, the subscriber reads what it missed from the log, and ends with SUBSCRIBER_OVERFLOW where the log has
   * let go of it. `'dropOldest'`: the oldest events go, and an event `gap` says how many and where. `'fail'`: it ends with
   * SUBSCRIBER_OVERFLOW, after what is in the buffer.
   */
  readonly overflow?: Overflow | undefined;
  /** Events that may wait for the subscriber: 1 to BUFFER_EVENTS_MAX, BUFFER_EVENTS_DEFAULT unless said otherwise. */
  readonly buffer?: number | undefined;
  /** Ends the subscription with ABORTED. */
  readonly signal?: AbortSignal | undefined;
}

/** Where an event happened: `lsn` is its place in the log of its partition. */
interface EventPlace {
  readonly partition: number;
  readonly lsn: number;
}

type KeyOfEvent<T extends AnyType> = [InferKey<T>] extends [never] ? undefined : InferKey<T>;

/** A row came. */
export interface InsertEvent<T extends AnyType> extends EventPlace {
  readonly type: 'insert';
  readonly key: KeyOfEvent<T>;
  readonly after: Readonly<RowOf<T>>;
  /** The row comes into the filter. */
  readonly filter: 'enters';
}

/** A row changed. */
export interface UpdateEvent<T extends AnyType> extends EventPlace {
  readonly type: 'update';
  readonly key: KeyOfEvent<T>;
  readonly before: Readonly<RowOf<T>>;
  readonly after: Readonly<RowOf<T>>;
  /** Whether the row comes into the filter by this, stays in it, or goes out of it. */
  readonly filter: FilterStep;
}

/** A row went: it was deleted, its time was over, or it made room in a cache. */
export interface RemoveEvent<T extends AnyType> extends EventPlace {
  readonly type: 'delete' | 'expire' | 'evict';
  readonly key: KeyOfEvent<T>;
  readonly before: Readonly<RowOf<T>>;
  /** The row goes out of the filter. */
  readonly filter: 'leaves';
}

/** All rows of the type in this partition went at once. `clear` of the handle gives one for each partition. */
export interface ClearEvent extends EventPlace {
  readonly type: 'clear';
}

/** A row that matched when the subscription began, with `initial`. */
export interface InitialEvent<T extends AnyType> {
  readonly type: 'initial';
  readonly key: KeyOfEvent<T>;
  readonly after: Readonly<RowOf<T>>;
  readonly partition: number;
}

/** All rows of `initial` were given; what comes now are changes. */
export interface LiveEvent {
  readonly type: 'live';
}

/** With `dropOldest`: events were let go. */
export interface GapEvent {
  readonly type: 'gap';
  /** How many. */
  readonly dropped: number;
  /** They lie behind this position, and up to that one. */
  readonly from: Position;
  readonly to: Position;
}

/** What a subscriber hears. Events are frozen, and shared by all who hear of them. */
export type SubscriptionEvent<T extends AnyType> =
  | InsertEvent<T>
  | UpdateEvent<T>
  | RemoveEvent<T>
  | ClearEvent
  | InitialEvent<T>
  | LiveEvent
  | GapEvent;

/** An open subscription: iterate over it. Leaving the loop, `close`, disposal and its signal end it. */
export interface Subscription<T extends AnyType>
  extends AsyncIterableIterator<SubscriptionEvent<T>, undefined, undefined>, AsyncDisposable {
  /**
   * Resolves once every change from then on comes, whoever makes it: at once where the rows are in this process, and over a network when all hosts
   * have it. What the same grid is asked after `subscribe` comes behind it without waiting. Rejects with what keeps it from being opened, and with CLOSED where
   * it was closed before; nothing is lost where nobody looks.
   * @example const events = orders.subscribe(); await events.ready;
   */
  readonly ready: Promise<void>;
  /** Behind the last event that was taken: to go on from, with `from`. Undefined until the rows of `initial` were given. */
  readonly position: Position | undefined;
  /**
   * Of a member of a group: everything up to this position, or the last event taken, is done with, and is not given to any member again. Resolves once
   * that is committed. What is said of partitions that are another member's by now is passed over. Throws OPTION_INVALID, POSITION_TRUNCATED.
   * @example await subscription.commit();
   */
  commit(position?: Position): Promise<void>;
  /** Ends it: the iteration stops, and what waits in the buffer is let go. */
  close(): void;
}
