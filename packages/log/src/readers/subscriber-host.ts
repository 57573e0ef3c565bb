import type { Position } from '@weft/data';
import type { BufferAccount } from './buffer-account.ts';
import type { CatchUp } from './catch-up.ts';
import type { OlderPass } from './older-pass.ts';
import type { Listener, TypeSubscribers } from './type-subscribers.ts';

/** A subscriber as its hub knows it. */
export interface HubSubscriber extends Listener {
  /** Name of the type that it hears of. */
  readonly type: string;
  readonly subscribers: TypeSubscribers;
  /** Events that were ever put into its buffer. */
  readonly delivered: number;
}

/** What a subscriber needs of the hub that it hears from. */
export interface SubscriberHost {
  readonly partitions: number;
  /** What the buffers of all subscribers hold. */
  readonly buffers: BufferAccount;
  /** Whether all buffers together hold too much, and one with so many events and bytes of records more than its share. */
  isPastShare(events: number, bytes: number): boolean;
  /** Up to here those who are live have been told. */
  readAt(partition: number): number;
  committedAt(partition: number): number;
  /** The last lsn that was taken: what is seen of the tables now. */
  lsnAt(partition: number): number;
  /** Resolves once all that was taken is committed; `undefined` where it is. */
  settled(): Promise<void> | undefined;
  catchUp(partition: number, position: number): CatchUp;
  /** A way through records that memory has let go; `undefined` where they are nowhere. */
  olderPass(lsns: ArrayLike<number>): OlderPass | undefined;
  nextTurn(): Promise<void>;
  format(lsns: ArrayLike<number>): Position;
  /** Throws OPTION_INVALID, POSITION_TRUNCATED. */
  parse(position: Position): Float64Array;
  /** From here on the subscriber is told of changes as they come, or not any more. */
  join(subscriber: HubSubscriber): void;
  leave(subscriber: HubSubscriber): void;
  /** A subscriber that asks writers to wait is full, or has room again. */
  block(subscriber: HubSubscriber): void;
  unblock(subscriber: HubSubscriber): void;
  count(what: 'dropped' | 'overflow'): void;
  closed(subscriber: HubSubscriber): void;
}
