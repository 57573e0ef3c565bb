import type { Predicate } from '../predicate/predicate.ts';
import type { RowValues } from '../row/row-code.ts';
import type { TypeSchema } from '../type/schema.ts';

/**
 * A moment in the logs of all partitions, to go on from: opaque text, to be kept and given back. It names the log that it is of, so that
 * one of another grid is told.
 */
export type Position = string;

/** What becomes of a subscriber whose buffer is full. */
export type Overflow = 'block' | 'dropOldest' | 'fail';

/** How a change concerns a filter: the row comes into it, was in it and stays, or goes out of it. */
export type FilterStep = 'enters' | 'stays' | 'leaves';

/** Takes the values of a row of one declaration over to another. Throws DECLARATION_OUTDATED. */
export type ConvertRow = (values: RowValues) => RowValues;

/** What somebody wants to hear of. */
export interface FeedRequest {
  /** The declaration by which the subscriber sees rows. */
  readonly schema: TypeSchema;
  readonly where: Predicate | undefined;
  readonly overflow: Overflow;
  /** Events that may wait for the subscriber, 1 or more. */
  readonly bufferEvents: number;
  /** `'now'`, from this moment on; `'later'`, from `begin` on; or what comes after a position. */
  readonly start: 'now' | 'later' | { readonly from: Position };
  /** The consumer group that the subscriber is a member of. */
  readonly group: string | undefined;
  /** How rows of another declaration of the type look to the subscriber. */
  convertFrom(schema: TypeSchema): ConvertRow;
}

/**
 * An event as iterators give it. All who hear of it share it, with the promise of it: of a change that a thousand hear of there is one of each.
 */
export class HeardEvent {
  readonly step: IteratorYieldResult<object>;
  #promised: Promise<IteratorYieldResult<object>> | undefined;

  constructor(event: object) {
    this.step = Object.freeze({ done: false as const, value: event });
  }

  /** For those who did not have to wait for it. */
  promised(): Promise<IteratorYieldResult<object>> {
    return (this.#promised ??= Promise.resolve(this.step));
  }
}

/** The changes of one type as one subscriber hears of them. All methods belong to one thread. */
export interface ChangeReader {
  /** The next event; `undefined` where there is none now. Throws what ended it, once all before that was taken. */
  take(): HeardEvent | undefined;
  /**
   * Calls back once, with the next event, or when it is worth while to ask `take` again: later, perhaps while others are told of a change, so that it
   * must not write. To be called where `take` had nothing.
   */
  onReady(callback: (event?: HeardEvent) => void): void;
  /** Of a reader that starts later: from this very moment on. Resolves once what can be seen now is committed; `undefined` where it is. */
  begin(): Promise<void> | undefined;
  /** Behind the last event that was taken. Throws nothing. */
  readonly position: Position;
  /** Keeps the position for the group, that of the last event taken unless said otherwise; resolves once that is committed. */
  commit(position?: Position): Promise<void>;
  /** Ends with this error: `take` throws it once what waits was taken. */
  fail(error: Error): void;
  close(): void;
}

/** Where changes are heard of: those of the partitions of a grid. */
export interface ChangeFeed {
  /** Throws SUBSCRIBER_LIMIT, POSITION_TRUNCATED, OPTION_INVALID for a text that is no position. */
  open(request: FeedRequest): ChangeReader;
  /** Where subscribers of a type ask its writers to wait: resolves when they need not any more. */
  pressure(type: string): Promise<void> | undefined;
}

/** Subscribers of a grid, counted. */
export interface FeedStats {
  readonly subscribers: number;
  /** Those that read from the log, since their buffer was full or they began at a position. */
  readonly behind: number;
  /** Events that wait in buffers; one that several wait for counts for each. */
  readonly bufferedEvents: number;
  /** Bytes of their records. */
  readonly bufferedBytes: number;
  /** Bytes that the events in buffers take, about, each counted once however many wait for it: a part of `memory.usedBytes`. */
  readonly heldBytes: number;
  /** Events put into buffers since the grid opened. */
  readonly deliveredEvents: number;
  /** Events that `dropOldest` let go. */
  readonly droppedEvents: number;
  /** Subscribers that ended with SUBSCRIBER_OVERFLOW. */
  readonly overflows: number;
}
