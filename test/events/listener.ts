/** A subscriber that comes, lags, leaves and goes on where it was, and holds what it hears against the history. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import {
  WeftError,
  type Grid,
  type Position,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionEvent,
} from 'weft';
import { Item, type Filter, type History, type Row, type Told } from './history.ts';

type ItemEvent = SubscriptionEvent<typeof Item>;

export interface ListenerInput {
  readonly filter: Filter;
  readonly overflow: NonNullable<SubscribeOptions['overflow']>;
  readonly buffer: number;
  readonly isInitial: boolean;
}

const TURNS = 6;
/** So long the rest may be on its way over a network. */
const PATIENCE_MS = 20_000;

export class Listener {
  readonly #input: ListenerInput;
  readonly #history: History;
  readonly #heard: Told[][];
  readonly #lsns: number[];
  #from = 0;
  #dropped = 0;
  /** With initial rows: what the subscriber makes of what it hears. */
  #view = new Map<string, Row>();
  #isLive = false;
  #subscription: Subscription<typeof Item> | undefined;
  #look: Promise<IteratorResult<ItemEvent, undefined>> | undefined;
  #position: Position | undefined;

  constructor(input: ListenerInput, history: History, partitions: number) {
    this.#input = input;
    this.#history = history;
    this.#heard = Array.from({ length: partitions }, () => []);
    this.#lsns = Array.from({ length: partitions }, () => 0);
  }

  get isOpen(): boolean {
    return this.#subscription !== undefined;
  }

  async open(grid: Grid): Promise<void> {
    const { filter, overflow, buffer, isInitial } = this.#input;
    const from = this.#position;
    if (from === undefined) this.#restart();
    this.#subscription = grid.space(Item).subscribe(filter.where, {
      overflow,
      buffer,
      ...(from === undefined ? { initial: isInitial } : { from }),
    });
    await this.#subscription.ready;
  }

  /** Takes so many events, as far as there are any within some turns. */
  async take(count: number): Promise<number> {
    for (let taken = 0; taken < count; taken++) {
      const subscription = this.#subscription;
      if (subscription === undefined) return taken;
      this.#look ??= subscription.next();
      try {
        const step = await Promise.race([this.#look, someTurns()]);
        if (step === undefined) return taken;
        this.#look = undefined;
        if (step.done !== true) this.#hear(step.value);
      } catch (error) {
        this.#overflow(error);
        return taken;
      }
    }
    return count;
  }

  /** An event that was asked for is one that was taken. */
  async close(): Promise<void> {
    const subscription = this.#subscription;
    if (subscription === undefined) return;
    if (this.#look !== undefined) await this.take(1);
    if (this.#subscription === undefined) return;
    this.#position = subscription.position;
    subscription.close();
    this.#subscription = this.#look = undefined;
  }

  /** Hears the rest, and compares. */
  async finish(grid: Grid): Promise<void> {
    do {
      if (this.#subscription === undefined) await this.open(grid);
      const untilMs = Date.now() + PATIENCE_MS;
      // Reading the journal takes longer than some turns, and so does a network.
      while ((await this.take(16)) > 0 || grid.stats().events.behind > 0 || (this.#isMissing && Date.now() < untilMs));
    } while (this.#subscription === undefined);
    this.#compare();
    this.#subscription.close();
  }

  #hear(event: ItemEvent): void {
    if (event.type === 'gap') {
      this.#dropped += event.dropped;
      expect(event.dropped).toBeGreaterThan(0);
    } else if (event.type === 'live') {
      this.#isLive = true;
      expect(this.#input.isInitial).toBe(true);
    } else if (event.type === 'initial') {
      expect(this.#isLive).toBe(false);
      expect(this.#view.has(event.key)).toBe(false);
      this.#view.set(event.key, event.after);
    } else this.#hearChange(event);
  }

  #hearChange(event: Exclude<ItemEvent, { readonly type: 'gap' | 'live' | 'initial' }>): void {
    const { lsn, ...told } = event;
    expect(lsn).toBeGreaterThan(this.#lsns[event.partition]!);
    this.#lsns[event.partition] = lsn;
    this.#heard[event.partition]!.push(told as Told);
    if (event.type === 'clear') {
      for (const id of this.#view.keys()) if (this.#history.partitionOf(id) === event.partition) this.#view.delete(id);
      return;
    }
    const before = this.#view.get(event.key);
    // What goes into the view and what goes out of it fits what is there, or an event was lost or came twice.
    if (this.#input.isInitial && this.#dropped === 0) {
      expect(before !== undefined).toBe(event.filter !== 'enters');
      if (event.filter !== 'enters') expect(before).toEqual('before' in event ? event.before : undefined);
    }
    if (event.filter === 'leaves') this.#view.delete(event.key);
    else if ('after' in event) this.#view.set(event.key, event.after);
  }

  #overflow(error: unknown): void {
    if (!WeftError.is(error, 'SUBSCRIBER_OVERFLOW')) throw error;
    expect(this.#input.overflow).toBe('fail');
    this.#position = error.details['position'] as Position;
    this.#subscription = this.#look = undefined;
  }

  #restart(): void {
    this.#from = this.#history.all.length;
    for (const heard of this.#heard) heard.length = 0;
    this.#dropped = 0;
    this.#view = new Map();
    this.#isLive = false;
  }

  /** Whether something is still to be heard. */
  get #isMissing(): boolean {
    const { filter, isInitial } = this.#input;
    if (this.#subscription === undefined) return false;
    if (isInitial) {
      const rows = [...this.#history.rows].filter(([, row]) => filter.matches(row));
      return !this.#isLive || (this.#dropped === 0 && !isDeepStrictEqual(this.#view, new Map(rows)));
    }
    let missing = -this.#dropped;
    for (const [partition, heard] of this.#heard.entries())
      missing += this.#history.heard(filter, this.#from, partition).length - heard.length;
    return missing > 0;
  }

  #compare(): void {
    const { filter, isInitial } = this.#input;
    if (isInitial && this.#dropped === 0) {
      const rows = [...this.#history.rows].filter(([, row]) => filter.matches(row));
      expect(this.#view).toEqual(new Map(rows));
    }
    if (isInitial) return;
    let missing = 0;
    for (const [partition, heard] of this.#heard.entries()) {
      const all = this.#history.heard(filter, this.#from, partition);
      if (this.#dropped === 0) expect(heard).toEqual(all);
      else expectAmong(heard, all);
      missing += all.length - heard.length;
    }
    expect(missing).toBe(this.#dropped);
  }
}

/** Whether what was heard is all but some, in the same order. */
function expectAmong(heard: readonly Told[], all: readonly Told[]): void {
  let at = 0;
  for (const told of all) if (at < heard.length && isDeepStrictEqual(heard[at], told)) at++;
  expect(at).toBe(heard.length);
}

async function someTurns(): Promise<undefined> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}
