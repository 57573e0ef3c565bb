import { SLICE_MS, WeftError, type Timers, type Turns } from '@weft/base';
import type { ChangeFeed, ChangeReader, FeedRequest, FeedStats, Position, TypeSchema } from '@weft/data';
import type { PartitionLog } from '../partition-log.ts';
import { BufferAccount, type BufferMemory } from './buffer-account.ts';
import { CatchUp } from './catch-up.ts';
import { ConsumerGroup } from './consumer-group.ts';
import { OlderPass } from './older-pass.ts';
import type { OlderRecords } from './older-records.ts';
import { PartitionFeed } from './partition-feed.ts';
import { formatPosition, parsePosition } from './position.ts';
import { Pressure } from './pressure.ts';
import type { SubscriberHost } from './subscriber-host.ts';
import { Subscriber } from './subscriber.ts';
import { TypeSubscribers } from './type-subscribers.ts';

/** Subscribers of one grid at a time. */
export const SUBSCRIBERS_MAX = 100_000;
/** Consumer groups of one type, whether they have members or not. */
export const GROUPS_OF_TYPE_MAX = 1000;
/** Of each turn: what those who hear of it do belongs to the same one. */
const TELL_MS = SLICE_MS / 2;
/** Records of one partition that are told of before those of the next. */
const RECORDS_PER_STEP = 64;

export interface ChangeHubParts {
  readonly logs: readonly PartitionLog[];
  /** Names the log in positions: the same after a restart where its records are. Letters and digits. */
  readonly id: string;
  readonly host: { readonly timers: Timers; readonly turns: Turns };
  /** Makes all partitions keep records. Called at the first subscriber. */
  readonly turnOn: () => void;
  /** Where the events count that wait for subscribers; they are not bounded together unless given. */
  readonly memory?: BufferMemory;
  /** Where records are that memory has let go. */
  readonly older?: OlderRecords | undefined;
}

/**
 * Tells the subscribers of a grid what is committed. It reads the partitions' logs as any reader does, in a turn of its own behind the writer's, each record
 * once for all who are live; only a writer that gives it no turn tells of some records itself. So a write costs the same with one subscriber
 * and with a thousand.
 */
export class ChangeHub implements ChangeFeed, SubscriberHost {
  readonly buffers: BufferAccount;
  readonly #parts: ChangeHubParts;
  readonly #feeds: readonly PartitionFeed[];
  /** By name and then declaration. */
  readonly #types = new Map<string, TypeSubscribers[]>();
  readonly #groups = new Map<string, ConsumerGroup>();
  readonly #all = new Set<Subscriber>();
  /** Types whose records hold rows whole, from their first subscriber on: one that comes back goes on where it was. */
  readonly #wanted = new Set<string>();
  readonly #pressure: Pressure;
  readonly #counts = { delivered: 0, dropped: 0, overflow: 0 };
  #dirty: PartitionFeed[] = [];
  #isScheduled = false;
  #isStarted = false;

  constructor(parts: ChangeHubParts) {
    this.#parts = parts;
    this.buffers = new BufferAccount(parts.memory);
    this.#pressure = new Pressure(parts.host.timers);
    this.#feeds = parts.logs.map((log) => new PartitionFeed(log, this.#types, (feed) => this.#schedule(feed)));
    for (const { commits } of parts.logs) commits.onFail((error) => this.#failed(error));
  }

  get partitions(): number {
    return this.#feeds.length;
  }

  open(request: FeedRequest): ChangeReader {
    const { schema, start, group } = request;
    if (this.#all.size >= SUBSCRIBERS_MAX)
      throw new WeftError(
        'SUBSCRIBER_LIMIT',
        `${schema.name}.subscribe: there are SUBSCRIBERS_MAX, ${SUBSCRIBERS_MAX}, subscribers.`,
      );
    for (const { commits } of this.#parts.logs) if (commits.failure !== undefined) throw commits.failure;
    const from = typeof start === 'object' ? this.parse(start.from) : undefined;
    this.#turnOn(schema);
    const members = group === undefined ? undefined : this.#groupOf(schema, group, from);
    const type = this.#typeOf(request);
    const subscriber = new Subscriber(request, type, this, members);
    this.#all.add(subscriber);
    if (members !== undefined) members.join(subscriber);
    else if (from !== undefined) subscriber.beginAt(from);
    else if (start === 'now') subscriber.beginNow();
    return subscriber;
  }

  pressure(type: string): Promise<void> | undefined {
    return this.#pressure.of(type);
  }

  stats(): FeedStats {
    const { dropped, overflow } = this.#counts;
    let { delivered } = this.#counts;
    let [behind, bufferedEvents, bufferedBytes] = [0, 0, 0];
    for (const { isBehind, buffered, delivered: events } of this.#all) {
      delivered += events;
      behind += isBehind ? 1 : 0;
      bufferedEvents += buffered.events;
      bufferedBytes += buffered.bytes;
    }
    return {
      subscribers: this.#all.size,
      behind,
      bufferedEvents,
      bufferedBytes,
      heldBytes: this.buffers.bytes,
      deliveredEvents: delivered,
      droppedEvents: dropped,
      overflows: overflow,
    };
  }

  readAt(partition: number): number {
    return this.#feeds[partition].read;
  }

  committedAt(partition: number): number {
    return this.#parts.logs[partition].commits.committed;
  }

  lsnAt(partition: number): number {
    return this.#parts.logs[partition].lsn;
  }

  settled(): Promise<void> | undefined {
    const waits = this.#parts.logs.flatMap(({ commits, lsn }) => commits.wait(lsn) ?? []);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  catchUp(partition: number, position: number): CatchUp {
    return new CatchUp(this.#parts.logs[partition], position);
  }

  olderPass(lsns: ArrayLike<number>): OlderPass | undefined {
    const reader = this.#parts.older?.open(lsns);
    return reader === undefined ? undefined : new OlderPass(reader, this.#parts.logs);
  }

  nextTurn(): Promise<void> {
    return this.#parts.host.turns.next('events');
  }

  format(lsns: ArrayLike<number>): Position {
    return formatPosition(this.#parts.id, lsns);
  }

  parse(position: Position): Float64Array {
    const lsns = parsePosition(position, this.#parts.id, this.partitions);
    if (this.#parts.logs.every(({ lsn }, partition) => lsns[partition] <= lsn)) return lsns;
    throw new WeftError(
      'POSITION_TRUNCATED',
      'The position lies behind the end of the log: what it is of was lost in a crash.',
    );
  }

  join(subscriber: Subscriber): void {
    subscriber.subscribers.add(subscriber);
  }

  leave(subscriber: Subscriber): void {
    subscriber.subscribers.remove(subscriber);
  }

  block(subscriber: Subscriber): void {
    this.#pressure.add(subscriber, subscriber.type);
  }

  unblock(subscriber: Subscriber): void {
    this.#pressure.remove(subscriber);
  }

  count(what: 'dropped' | 'overflow'): void {
    this.#counts[what]++;
  }

  isPastShare(events: number, bytes: number): boolean {
    return this.buffers.isPastShare(events, bytes, this.#all.size);
  }

  closed(subscriber: Subscriber): void {
    this.#all.delete(subscriber);
    this.#counts.delivered += subscriber.delivered;
    if (this.#all.size > 0) return;
    for (const feed of this.#feeds) feed.stop();
    this.#types.clear();
    this.#isStarted = false;
  }

  /** Nothing is committed any more, so that there is nothing more to hear of. */
  #failed(error: WeftError): void {
    for (const subscriber of this.#all) subscriber.fail(error);
  }

  #turnOn({ name }: TypeSchema): void {
    this.#parts.turnOn();
    if (!this.#wanted.has(name)) for (const log of this.#parts.logs) log.wholeRows.want(name);
    this.#wanted.add(name);
    if (!this.#isStarted) for (const feed of this.#feeds) feed.start();
    this.#isStarted = true;
  }

  #typeOf(request: FeedRequest): TypeSubscribers {
    const { schema } = request;
    const known = this.#types.get(schema.name) ?? [];
    const same = known.find((type) => type.schema.fingerprint === schema.fingerprint);
    if (same !== undefined) return same;
    const made = new TypeSubscribers(schema, (from) => request.convertFrom(from));
    this.#types.set(schema.name, [...known, made]);
    return made;
  }

  /** The group, with its positions; a new one begins at `from`, or now. */
  #groupOf(schema: TypeSchema, name: string, from: Float64Array | undefined): ConsumerGroup {
    const id = `${schema.name} ${name}`;
    const { logs } = this.#parts;
    const group = this.#groups.get(id) ?? new ConsumerGroup(schema, name, logs);
    if (!group.isKnown && logs[0].groups.count(schema.name) >= GROUPS_OF_TYPE_MAX)
      throw new WeftError(
        'SUBSCRIBER_LIMIT',
        `${schema.name}.subscribe: there are GROUPS_OF_TYPE_MAX, ${GROUPS_OF_TYPE_MAX}, consumer groups of ${schema.name}.`,
      );
    this.#groups.set(id, group);
    if (from !== undefined && group.size === 0) group.startAt(from);
    else if (!group.isKnown) group.startAt(logs.map(({ commits }) => commits.committed));
    return group;
  }

  #schedule(feed: PartitionFeed): void {
    this.#dirty.push(feed);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    // Behind the writer's present run of synchronous code, before it goes on where it awaits its own write.
    void Promise.resolve().then(() => this.#run());
  }

  #run(): void {
    const { turns } = this.#parts.host;
    do {
      const dirty = this.#dirty;
      this.#dirty = [];
      for (const feed of dirty)
        if (feed.step(RECORDS_PER_STEP)) this.#dirty.push(feed);
        else feed.isDirty = false;
    } while (this.#dirty.length > 0 && turns.elapsedMs() < TELL_MS);
    this.#checkRetained();
    this.#isScheduled = this.#dirty.length > 0;
    if (this.#isScheduled) void turns.next('events').then(() => this.#run());
  }

  /** Whoever is behind must not hold what the log has let go. */
  #checkRetained(): void {
    const isElsewhere = this.#parts.older !== undefined;
    for (const [partition, feed] of this.#feeds.entries()) {
      const lsn = feed.takeLetGo();
      if (lsn === undefined) continue;
      for (const subscriber of this.#all) subscriber.letGo(partition, lsn, isElsewhere);
    }
  }
}
