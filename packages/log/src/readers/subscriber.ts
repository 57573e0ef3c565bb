import { WeftError } from '@weft/base';
import type { ChangeReader, FeedRequest, Position } from '@weft/data';
import type { Effect } from '../record/record.ts';
import type { CatchUp } from './catch-up.ts';
import { isOfRows, type Change, type Delivery } from './change.ts';
import type { ConsumerGroup } from './consumer-group.ts';
import { DeliveryQueue } from './delivery-queue.ts';
import { Gaps } from './gaps.ts';
import type { OlderPass } from './older-pass.ts';
import { RowFilter } from './row-filter.ts';
import type { Listener, TypeSubscribers } from './type-subscribers.ts';

/** Bytes of records whose events may wait for one subscriber; one event may wait whatever its size. */
export const SUBSCRIBER_BYTES_MAX = 16 * 1024 * 1024;

/** What a subscriber needs of the hub that it hears from. */
export interface SubscriberHost {
  readonly partitions: number;
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
  join(subscriber: Subscriber): void;
  leave(subscriber: Subscriber): void;
  /** A subscriber that asks writers to wait is full, or has room again. */
  block(subscriber: Subscriber): void;
  unblock(subscriber: Subscriber): void;
  count(what: 'dropped' | 'overflow'): void;
  closed(subscriber: Subscriber): void;
}

/**
 * One subscriber. *Live*: the hub puts events into its buffer as they are committed. *Behind*: it reads the log itself, when it is asked for events;
 * so it begins at a position, and so it goes on when its buffer was full. Once it is where the hub is, it is live again.
 */
export class Subscriber implements ChangeReader, Listener {
  readonly request: FeedRequest;
  readonly filter: RowFilter;
  readonly type: TypeSubscribers;
  readonly #host: SubscriberHost;
  readonly #group: ConsumerGroup | undefined;
  readonly #queue = new DeliveryQueue();
  readonly #gaps = new Gaps();
  /** By partition: what is behind this lsn is still to be looked at, where the hub has not been further. Infinity: another member's. */
  readonly #read: Float64Array;
  /** What is open of the way that a subscriber behind goes, by partition. */
  readonly #catchUps = new Map<number, CatchUp>();
  #older: OlderPass | undefined;
  /** Where it was when the last pass through older records began: one that leads nowhere is the last. */
  #olderFrom = '';
  /** The partition in which a subscriber behind goes on. */
  #turn = 0;
  #state: 'waiting' | 'live' | 'behind' | 'ended' = 'waiting';
  /** Why it fell behind, for what the error says if the log is gone then. */
  #isOverrun = false;
  #failure: Error | undefined;
  #delivered = 0;
  #wake: ((event?: object) => void) | undefined;
  /** Whether it may have read further than the hub. */
  #isAhead = true;
  #isBlocking = false;
  /** Whether it ends because its buffer was full. */
  #isOverflown = false;

  constructor(request: FeedRequest, type: TypeSubscribers, host: SubscriberHost, group?: ConsumerGroup) {
    this.request = request;
    this.type = type;
    this.filter = new RowFilter(request.schema, request.where);
    this.#host = host;
    this.#group = group;
    this.#read = new Float64Array(host.partitions);
  }

  get isLive(): boolean {
    return this.#state === 'live';
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
    for (let p = 0; p < this.#read.length; p++) this.#read[p] = this.#host.committedAt(p);
    this.#goLive();
  }

  /** From these lsns on. */
  beginAt(lsns: Float64Array): void {
    this.#read.set(lsns);
    this.#state = 'behind';
    this.#wakeUp();
  }

  begin(): Promise<void> | undefined {
    for (let p = 0; p < this.#read.length; p++) this.#read[p] = this.#host.lsnAt(p);
    this.#state = 'behind';
    return this.#host.settled();
  }

  /** Partitions that are this member's from now on, with where it begins in those that were not: the others are not its any more. */
  assign(begins: ReadonlyMap<number, number>): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'live') this.#fallBack();
    this.#queue.keep(({ partition }) => begins.has(partition));
    for (let p = 0; p < this.#read.length; p++) {
      const begin = begins.get(p);
      if (begin === undefined) this.#read[p] = Infinity;
      else if (this.#state === 'waiting' || this.#read[p] === Infinity) this.#read[p] = begin;
    }
    this.#forgetWays();
    this.#state = 'behind';
    this.#wakeUp();
  }

  offer(delivery: Delivery): void {
    if (this.#state !== 'live' || (this.#isAhead && this.#isBefore(delivery))) return;
    if (this.#wake !== undefined && this.#queue.length === 0 && !this.#gaps.isAny) this.#hand(delivery);
    else if (this.#isFull) this.#overflow(delivery);
    else this.#push(delivery);
  }

  meetHole({ lsn, partition }: Change): void {
    if (this.#state === 'live' && lsn > this.#read[partition]) this.fail(this.#hole());
  }

  take(): object | undefined {
    if (this.#gaps.isAny) return this.#gaps.take((partition) => this.#behind(partition), this.#host);
    let delivery = this.#queue.shift();
    if (delivery === undefined && this.#state === 'behind') {
      this.#catchUp();
      delivery = this.#queue.shift();
    }
    if (delivery !== undefined) {
      if (this.#isBlocking && this.#queue.length <= this.request.bufferEvents >> 1) this.#unblock();
      return delivery.event;
    }
    if (this.#failure === undefined) return undefined;
    const failure = this.#isOverflown ? this.#overflown() : this.#failure;
    this.close();
    throw failure;
  }

  onReady(callback: (event?: object) => void): void {
    this.#wake = callback;
    if (this.#queue.length > 0 || this.#failure !== undefined || this.#state === 'ended' || this.#gaps.isAny)
      void Promise.resolve().then(() => this.#wakeUp());
    else if (this.#state === 'behind') void this.#more().then(() => this.#wakeUp());
  }

  /** Waits for what a subscriber behind reads next. */
  async #more(): Promise<void> {
    try {
      await this.#older?.more();
      await this.#host.nextTurn();
    } catch (error) {
      this.fail(error as Error);
    }
  }

  get position(): Position {
    const lsns = this.#read.map((_, partition) => this.#behind(partition));
    for (const { partition, lsn } of this.#queue) lsns[partition] = Math.min(lsns[partition], lsn - 1);
    // What was let go and not told of yet is still to come.
    for (const [partition, { from }] of this.#gaps.lost) lsns[partition] = Math.min(lsns[partition], from);
    return this.#host.format(lsns);
  }

  async commit(position?: Position): Promise<void> {
    if (this.#group === undefined)
      throw new WeftError(
        'OPTION_INVALID',
        `${this.request.schema.name}.subscribe: commit is for members of a group; give it one.`,
      );
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
    if (this.#state !== 'behind' || this.#read[partition] >= lsn) return;
    if (!isElsewhere) this.fail(this.#truncated());
    else this.#catchUps.get(partition)?.letGoOfRing();
  }

  get #isFull(): boolean {
    const { length, bytes } = this.#queue;
    return length >= this.request.bufferEvents || (bytes >= SUBSCRIBER_BYTES_MAX && length > 0);
  }

  /** To who waits for it: the buffer is empty. */
  #hand({ event }: Delivery): void {
    const wake = this.#wake!;
    this.#wake = undefined;
    this.#delivered++;
    wake(event);
  }

  /** Whether the subscriber has looked at this already, before the hub did. */
  #isBefore({ partition, lsn }: Delivery): boolean {
    // It stays so for a member of a group, who looks at nothing of the partitions of others.
    this.#isAhead = this.#read.some((read, p) => read > this.#host.readAt(p));
    return lsn <= this.#read[partition];
  }

  #push(delivery: Delivery): void {
    this.#queue.push(delivery);
    this.#delivered++;
    if (this.#wake !== undefined) this.#wakeUp();
  }

  #overflow(delivery: Delivery): void {
    switch (this.request.overflow) {
      case 'dropOldest':
        while (this.#isFull) {
          this.#gaps.add(this.#queue.shift()!);
          this.#host.count('dropped');
        }
        this.#push(delivery);
        return;
      case 'fail':
        this.#host.count('overflow');
        this.#isOverflown = true;
        this.#fallBack();
        this.#read[delivery.partition] = delivery.lsn - 1;
        this.fail(this.#overflown());
        return;
      case 'block':
        this.#isOverrun = true;
        this.#fallBack();
        this.#read[delivery.partition] = delivery.lsn - 1;
        this.#turn = delivery.partition;
        this.#isBlocking = true;
        this.#host.block(this);
    }
  }

  /** Behind what the hub has told: of the record that it tells of, nothing has been seen but what is in the buffer. */
  #fallBack(): void {
    this.#host.leave(this);
    for (let p = 0; p < this.#read.length; p++) this.#read[p] = Math.max(this.#read[p], this.#host.readAt(p));
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
    const read = this.#read[partition];
    if (read === Infinity) return this.#group!.committedAt(partition);
    return this.#state === 'live' ? Math.max(read, this.#host.readAt(partition)) : read;
  }

  /** Looks at more of the log, each partition in its turn, until the buffer is half full or there is nothing more now. */
  #catchUp(): void {
    if (this.#older !== undefined) {
      this.#readOlder(this.#older);
      return;
    }
    const { length: partitions } = this.#read;
    let isThere = true;
    for (let i = 0; i < partitions && this.#failure === undefined; i++) {
      const partition = (this.#turn + i) % partitions;
      if (this.#read[partition] !== Infinity && !this.#catchUpIn(partition)) {
        isThere = false;
        if (this.#isFull) {
          this.#turn = partition;
          return;
        }
      }
    }
    this.#turn = (this.#turn + 1) % partitions;
    if (isThere && this.#state === 'behind') this.#goLive();
  }

  /** Whether it has come to where the hub is. */
  #catchUpIn(partition: number): boolean {
    const known = this.#catchUps.get(partition);
    const catchUp = known ?? this.#host.catchUp(partition, this.#read[partition]);
    this.#catchUps.set(partition, catchUp);
    const visit = (effect: Effect, bytes: number): boolean => this.#consider(effect, partition, bytes);
    const end = catchUp.step(this.type.schema.name, visit);
    if (end === 'more') return false;
    this.#catchUps.delete(partition);
    if (end === 'gone') {
      this.#beginOlder();
      return false;
    }
    if (end === 'stopped') return false;
    this.#read[partition] = Math.max(this.#read[partition], end);
    return this.#read[partition] >= this.#host.readAt(partition);
  }

  /** Looks for what memory has let go elsewhere. */
  #beginOlder(): void {
    if (this.#older !== undefined || this.#failure !== undefined) return;
    const from = this.#host.format(this.#read);
    this.#older = from === this.#olderFrom ? undefined : this.#host.olderPass(this.#read);
    this.#olderFrom = from;
    if (this.#older === undefined) this.fail(this.#truncated());
  }

  #readOlder(older: OlderPass): void {
    if (older.isOver) this.#older = undefined;
    else older.step(this.type.schema.name, (effect, partition, bytes) => this.#consider(effect, partition, bytes));
  }

  /** Whether there is room for more. */
  #consider(effect: Effect, partition: number, bytes: number): boolean {
    if (effect.lsn <= this.#read[partition]) return true;
    if (!isOfRows(effect) || effect.schema.name !== this.type.schema.name) {
      this.#read[partition] = effect.lsn;
      return true;
    }
    if (this.#isFull) return false;
    try {
      const change = this.type.changeOf(effect, partition, bytes);
      if (change.isWhole) this.#considerWhole(change);
      else this.fail(this.#hole());
    } catch (error) {
      this.fail(error as Error);
    }
    this.#read[partition] = effect.lsn;
    return this.#failure === undefined;
  }

  #considerWhole(change: Change): void {
    const step = change.kind === 'clear' ? 'leaves' : this.filter.step(change);
    if (step !== undefined) this.#push(change.delivery(step));
  }

  #leave(): void {
    if (this.#state === 'live') this.#host.leave(this);
    this.#unblock();
    this.#forgetWays();
    this.#group?.leave(this);
  }

  #unblock(): void {
    if (this.#isBlocking) this.#host.unblock(this);
    this.#isBlocking = false;
  }

  #forgetWays(): void {
    this.#catchUps.clear();
    this.#older?.close();
    this.#older = undefined;
    this.#olderFrom = '';
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Made when it is thrown: the position is then behind what was in the buffer. */
  #overflown(): WeftError {
    const { name } = this.request.schema;
    const { bufferEvents } = this.request;
    return new WeftError(
      'SUBSCRIBER_OVERFLOW',
      `${name}.subscribe: more events came than the subscriber took; its buffer holds ${bufferEvents} events and ${SUBSCRIBER_BYTES_MAX} bytes.`,
      { details: { type: name, position: this.position } },
    );
  }

  #truncated(): WeftError {
    const { name } = this.request.schema;
    if (!this.#isOverrun)
      return new WeftError(
        'POSITION_TRUNCATED',
        `${name}.subscribe: the log does not reach back to this position any more.`,
        { details: { type: name }, ...this.#groupHint() },
      );
    this.#host.count('overflow');
    return new WeftError(
      'SUBSCRIBER_OVERFLOW',
      `${name}.subscribe: the subscriber is so far behind that the log has let go of what it has not seen.`,
      { details: { type: name }, ...this.#groupHint() },
    );
  }

  /** The rows of `initial` are nobody's share: a group goes on from where somebody else is. */
  #groupHint(): { readonly hint?: string } {
    const { group, schema } = this.request;
    if (group === undefined) return {};
    return {
      hint: `Let its first member say from where the group goes on: from: grid.space(${schema.name}).subscribe().position is now. A larger retain keeps more of the log.`,
    };
  }

  #hole(): WeftError {
    const { name } = this.request.schema;
    return new WeftError(
      'POSITION_TRUNCATED',
      `${name}.subscribe: behind this position the log holds changes without the rows as they were, since nobody had subscribed to ${name} then.`,
      {
        details: { type: name },
        hint: `Subscribe with initial: true; declare ${name} with log: { before: true } to go on from any position that is kept.`,
        ...this.#groupHint(),
      },
    );
  }
}
