import type { ChangeReader, FeedRequest, HeardEvent, Position } from '@weft/data';
import type { Effect } from '../record/record.ts';
import { isOfRows, type Change, type Delivery } from './change.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { Gaps } from './gaps.ts';
import { LogWalk, type LogWalker } from './log-walk.ts';
import { RowFilter } from './row-filter.ts';
import { SUBSCRIBER_BYTES_MAX, SubscriberErrors } from './subscriber-errors.ts';
import type { SubscriberHost } from './subscriber-host.ts';
import type { Listener, TypeSubscribers } from './type-subscribers.ts';

/**
 * One subscriber. *Live*: the hub puts events into its buffer as they are committed. *Behind*: it reads the log itself, when it is asked for events;
 * so it begins at a position, and so it goes on when its buffer was full. Once it is where the hub is, it is live again.
 */
export class Subscriber implements ChangeReader, Listener, LogWalker {
  readonly request: FeedRequest;
  readonly filter: RowFilter;
  readonly subscribers: TypeSubscribers;
  /** By partition: what is behind this lsn is still to be looked at, where the hub has not been further. Infinity: another member's. */
  readonly read: Float64Array;
  readonly #host: SubscriberHost;
  readonly #group: ConsumerGroup | undefined;
  readonly #queue: DeliveryQueue;
  readonly #gaps = new Gaps();
  /** The way that a subscriber behind goes. */
  readonly #walk: LogWalk;
  readonly #errors: SubscriberErrors;
  #state: 'waiting' | 'live' | 'behind' | 'ended' = 'waiting';
  /** Why it fell behind, for what the error says if the log is gone then. */
  #isOverrun = false;
  #failure: Error | undefined;
  #delivered = 0;
  #wake: ((event?: HeardEvent) => void) | undefined;
  /** Whether it may have read further than the hub. */
  #isAhead = true;
  #isBlocking = false;
  /** Whether it ends because its buffer was full. */
  #isOverflown = false;

  constructor(request: FeedRequest, subscribers: TypeSubscribers, host: SubscriberHost, group?: ConsumerGroup) {
    this.request = request;
    this.subscribers = subscribers;
    this.filter = new RowFilter(request.schema, request.where);
    this.#host = host;
    this.#queue = new DeliveryQueue(host.buffers);
    this.#group = group;
    this.read = new Float64Array(host.partitions);
    this.#walk = new LogWalk(this, host);
    this.#errors = new SubscriberErrors(request);
  }

  get type(): string {
    return this.request.schema.name;
  }

  get isBehind(): boolean {
    return this.#state === 'behind';
  }

  /** Events that were ever put into its buffer. */
  get delivered(): number {
    return this.#delivered;
  }

  get buffered(): { readonly events: number; readonly bytes: number } {
    return { events: this.#queue.length, bytes: this.#queue.bytes };
  }

  /** From what is committed now on. */
  beginNow(): void {
    for (let p = 0; p < this.read.length; p++) this.read[p] = this.#host.committedAt(p);
    this.#goLive();
  }

  /** From these lsns on. */
  beginAt(lsns: Float64Array): void {
    this.read.set(lsns);
    this.#state = 'behind';
    this.#wakeUp();
  }

  begin(): Promise<void> | undefined {
    for (let p = 0; p < this.read.length; p++) this.read[p] = this.#host.lsnAt(p);
    this.#state = 'behind';
    return this.#host.settled();
  }

  /** Partitions that are this member's from now on, with where it begins in those that were not: the others are not its any more. */
  assign(begins: ReadonlyMap<number, number>): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'live') this.#fallBack();
    this.#queue.keep(({ partition }) => begins.has(partition));
    for (let p = 0; p < this.read.length; p++) {
      const begin = begins.get(p);
      if (begin === undefined) this.read[p] = Infinity;
      else if (this.#state === 'waiting' || this.read[p] === Infinity) this.read[p] = begin;
    }
    this.#walk.forget();
    this.#state = 'behind';
    this.#wakeUp();
  }

  offer(delivery: Delivery): void {
    if (this.#state !== 'live' || (this.#isAhead && this.#isBefore(delivery))) return;
    if (this.#wake !== undefined && this.#queue.length === 0 && !this.#gaps.isAny) this.#hand(delivery);
    else if (this.isFull) this.#overflow(delivery);
    else this.#push(delivery);
  }

  meetHole({ lsn, partition }: Change): void {
    if (this.#state === 'live' && lsn > this.read[partition]) this.fail(this.#errors.hole());
  }

  take(): HeardEvent | undefined {
    if (this.#gaps.isAny) return this.#gaps.take(this.#taken(), this.#host);
    let delivery = this.#queue.shift();
    if (delivery === undefined && this.#state === 'behind') {
      this.#catchUp();
      delivery = this.#queue.shift();
    }
    if (delivery !== undefined) {
      if (this.#isBlocking && this.#queue.length <= this.request.bufferEvents >> 1) this.#unblock();
      return delivery;
    }
    if (this.#failure === undefined) return undefined;
    const failure = this.#isOverflown ? this.#errors.overflown(this.position) : this.#failure;
    this.close();
    throw failure;
  }

  onReady(callback: (event?: HeardEvent) => void): void {
    this.#wake = callback;
    if (this.#queue.length > 0 || this.#failure !== undefined || this.#state === 'ended' || this.#gaps.isAny)
      void Promise.resolve().then(() => this.#wakeUp());
    else if (this.#state === 'behind') void this.#more().then(() => this.#wakeUp());
  }

  /** Waits for what a subscriber behind reads next. */
  async #more(): Promise<void> {
    try {
      await this.#walk.more();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  get position(): Position {
    const lsns = this.#taken();
    // What was let go and not told of yet is still to come.
    for (const [partition, { from }] of this.#gaps.lost) lsns[partition] = Math.min(lsns[partition], from);
    return this.#host.format(lsns);
  }

  async commit(position?: Position): Promise<void> {
    if (this.#group === undefined) throw this.#errors.noGroup();
    if (this.#state === 'ended' || this.#failure !== undefined) throw this.#errors.notMember(this.#failure);
    await this.#group.commit(this, this.#host.parse(position ?? this.position));
  }

  fail(error: Error): void {
    if (this.#state === 'ended' || this.#failure !== undefined) return;
    this.#failure = error;
    this.#leave();
    this.#state = 'waiting';
    this.#wakeUp();
  }

  close(): void {
    if (this.#state === 'ended') return;
    this.#leave();
    this.#state = 'ended';
    this.#queue.clear();
    this.#host.closed(this);
    this.#wakeUp();
  }

  /** The log has let go of records up to this lsn: who is behind must not hold them. `isElsewhere`: they can be had from somewhere else. */
  letGo(partition: number, lsn: number, isElsewhere: boolean): void {
    if (this.#state !== 'behind' || this.read[partition] >= lsn) return;
    if (isElsewhere) this.#walk.letGoOfRing(partition);
    else this.missed();
  }

  missed(): void {
    if (this.#isOverrun) this.#host.count('overflow');
    this.fail(this.#isOverrun ? this.#errors.leftBehind() : this.#errors.truncated());
  }

  get isOver(): boolean {
    return this.#failure !== undefined;
  }

  get isFull(): boolean {
    const { length, bytes } = this.#queue;
    if (length === 0) return false;
    return (
      length >= this.request.bufferEvents || bytes >= SUBSCRIBER_BYTES_MAX || this.#host.isPastShare(length, bytes)
    );
  }

  /** To who waits for it: the buffer is empty. */
  #hand(delivery: Delivery): void {
    const wake = this.#wake!;
    this.#wake = undefined;
    this.#delivered++;
    wake(delivery);
  }

  /** Whether the subscriber has looked at this already, before the hub did. */
  #isBefore({ partition, lsn }: Delivery): boolean {
    // It stays so for a member of a group, who looks at nothing of the partitions of others.
    this.#isAhead = this.read.some((read, p) => read > this.#host.readAt(p));
    return lsn <= this.read[partition];
  }

  #push(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#delivered++;
    if (this.#wake !== undefined) this.#wakeUp();
  }

  #overflow(delivery: Delivery): void {
    switch (this.request.overflow) {
      case 'dropOldest':
        while (this.isFull) {
          this.#gaps.add(this.#queue.shift()!);
          this.#host.count('dropped');
        }
        this.#push(delivery);
        return;
      case 'fail':
        this.#host.count('overflow');
        this.#isOverflown = true;
        this.#fallBack();
        this.read[delivery.partition] = delivery.lsn - 1;
        this.fail(this.#errors.overflown(this.position));
        return;
      case 'block':
        this.#isOverrun = true;
        this.#fallBack();
        this.read[delivery.partition] = delivery.lsn - 1;
        this.#walk.beginWith(delivery.partition);
        this.#isBlocking = true;
        this.#host.block(this);
    }
  }

  /** Behind what the hub has told: of the record that it tells of, nothing has been seen but what is in the buffer. */
  #fallBack(): void {
    this.#host.leave(this);
    for (let p = 0; p < this.read.length; p++) this.read[p] = Math.max(this.read[p], this.#host.readAt(p));
    this.#state = 'behind';
  }

  #goLive(): void {
    this.#state = 'live';
    this.#isOverrun = false;
    this.#isAhead = true;
    this.#unblock();
    this.#host.join(this);
  }

  /** All up to here was put into the buffer, or is not wanted. */
  #behind(partition: number): number {
    const read = this.read[partition];
    if (read === Infinity) return this.#group!.committedAt(partition);
    return this.#state === 'live' ? Math.max(read, this.#host.readAt(partition)) : read;
  }

  /** By partition: all up to here was taken, or let go, or is not wanted. */
  #taken(): Float64Array {
    const lsns = this.read.map((_, partition) => this.#behind(partition));
    for (const { partition, lsn } of this.#queue) lsns[partition] = Math.min(lsns[partition], lsn - 1);
    return lsns;
  }

  /** Looks at more of the log. */
  #catchUp(): void {
    try {
      const isThere = this.#walk.step();
      if (isThere && this.#state === 'behind') this.#goLive();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  consider(effect: Effect, partition: number, bytes: number): boolean {
    if (effect.lsn <= this.read[partition]) return true;
    if (!isOfRows(effect) || effect.schema.name !== this.type) {
      this.read[partition] = effect.lsn;
      return true;
    }
    if (this.isFull) return false;
    try {
      const change = this.subscribers.changeOf(effect, partition, bytes);
      if (change.isWhole) this.#considerWhole(change);
      else this.fail(this.#errors.hole());
    } catch (error) {
      this.fail(error as Error);
    }
    this.read[partition] = effect.lsn;
    return this.#failure === undefined;
  }

  #considerWhole(change: Change): void {
    const step = change.kind === 'clear' ? 'leaves' : this.filter.step(change);
    if (step !== undefined) this.#push(change.delivery(step));
  }

  #leave(): void {
    if (this.#state === 'live') this.#host.leave(this);
    this.#unblock();
    this.#walk.forget();
    this.#group?.leave(this);
  }

  #unblock(): void {
    if (this.#isBlocking) this.#host.unblock(this);
    this.#isBlocking = false;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
