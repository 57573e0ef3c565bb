import { WeftError } from '@weft/base';
import type { Position } from '@weft/data';
import { EventMark, type EventForm } from '@weft/protocol';
import { KnownPosition } from './known-position.ts';
import { RemoteStream, type StreamLink } from './remote-stream.ts';
import type { RemoteType } from './remote-type.ts';

/** Events that may be on their way to a subscriber, or wait here for it. */
export const EVENTS_WINDOW = 256;

/** What of a subscription one host is asked for. */
export interface HostEventsParts {
  readonly link: StreamLink;
  readonly name: string;
  readonly type: RemoteType;
  readonly form: EventForm;
  /** Predicate, and the options that the host is to know. */
  readonly where: unknown;
  readonly options: SentOptions;
  readonly window: number;
  readonly firstPartition: number;
  readonly deadlineMs: number;
  /** There is something to take, or it is over. */
  readonly onReady: () => void;
}

export interface SentOptions {
  readonly initial?: boolean;
  readonly from?: Position;
  readonly group?: string;
  readonly overflow: string;
  readonly buffer: number;
}

/**
 * The events of one host. Should it forget the session, it is asked again for what lies behind the last event that came; a member of a group goes on from
 * what the group has committed.
 */
export class HostEvents {
  readonly #parts: HostEventsParts;
  #stream: RemoteStream<object>;
  /** What came of the stream before this one. */
  #left: object[] = [];
  #position: KnownPosition | undefined;
  /** Whether the rows of the beginning were given, where they were asked for. */
  #isLive: boolean;
  #hasReceived = false;
  #failure: Error | undefined;

  constructor(parts: HostEventsParts) {
    this.#parts = parts;
    this.#isLive = parts.options.initial !== true;
    this.#stream = this.#open(parts.options, parts.deadlineMs);
  }

  get isLive(): boolean {
    return this.#isLive;
  }

  /** Behind the last event that was taken; undefined before the host has said where it begins, or while it gives its first rows. */
  get position(): Position | undefined {
    this.#passMarks();
    return this.#position?.text;
  }

  /** Whether nothing more comes. */
  get isOver(): boolean {
    return this.#left.length === 0 && (this.#failure !== undefined || this.#stream.isOver);
  }

  /** Why. */
  get error(): Error | undefined {
    return this.#failure ?? this.#stream.error;
  }

  get opened(): Promise<unknown> {
    return this.#stream.opened;
  }

  /** The next event; the mark that ends the rows of the beginning; `undefined` where none is there. */
  take(): object | undefined {
    for (;;) {
      const item = this.#left.shift() ?? this.#stream.take();
      if (item === undefined) return undefined;
      this.#pass(item);
      if (!(item instanceof EventMark)) return item;
      if (!item.isLive) continue;
      this.#isLive = true;
      return item;
    }
  }

  /** Keeps a position for the group. Throws as `Subscription.commit` does. */
  commit(position: Position | undefined, deadlineMs: number): Promise<unknown> {
    return this.#stream.ask(this.#parts.name, 'commit', { position }, { isWrite: false, deadlineMs });
  }

  close(): void {
    void this.#stream.close();
    this.#left = [];
  }

  #open(options: SentOptions, deadlineMs: number): RemoteStream<object> {
    const { link, name, type, form, where, window, onReady } = this.#parts;
    return new RemoteStream<object>(link, {
      name,
      type,
      verb: 'subscribe',
      isEndless: true,
      // Rows of the beginning are of a moment that is not there a second time.
      holds: () => this.#hasReceived && this.#position === undefined,
      args: { where, options },
      window,
      deadlineMs,
      read: (reader) => form.read(reader),
      onOpened: (position) => this.#opened(position),
      onReady: () => {
        this.#hasReceived = true;
        onReady();
      },
      onForgotten: () => this.#openAgain(),
    });
  }

  #opened(position: unknown): void {
    // What is left over from before is behind an earlier one.
    if (typeof position === 'string' && this.#left.length === 0) this.#position = new KnownPosition(position);
  }

  /** What was received comes first, and the host gives what lies behind it. */
  #openAgain(): void {
    const { options } = this.#parts;
    const { initial: _, from: __, ...same } = options;
    if (options.group !== undefined) {
      this.#left = [];
      this.#stream = this.#open(same, Infinity);
      return;
    }
    for (let item = this.#stream.take(); item !== undefined; item = this.#stream.take()) this.#left.push(item);
    const from = this.#receivedPosition();
    if (from !== undefined) this.#stream = this.#open({ ...same, from }, Infinity);
    else if (!this.#hasReceived) this.#stream = this.#open(options, Infinity);
    else this.#fail();
  }

  /** Behind all that was received. */
  #receivedPosition(): Position | undefined {
    const position = this.#position?.text;
    let known = position === undefined ? undefined : new KnownPosition(position);
    for (const item of this.#left) known = this.#behind(item, known);
    return known?.text;
  }

  /** What only says how far the host is need not wait until somebody looks for events. */
  #passMarks(): void {
    for (;;) {
      const item = this.#left[0] ?? this.#stream.peek();
      if (!(item instanceof EventMark) || item.isLive) return;
      if (this.#left.shift() === undefined) this.#stream.take();
      this.#pass(item);
    }
  }

  #pass(item: object): void {
    this.#position = this.#behind(item, this.#position);
  }

  #behind(item: object, known: KnownPosition | undefined): KnownPosition | undefined {
    if (item instanceof EventMark) return new KnownPosition(item.position);
    const { type, partition, lsn, to } = item as Passed;
    if (type === 'gap') return new KnownPosition(to);
    if (lsn !== undefined) known?.raise(partition - this.#parts.firstPartition, lsn);
    return known;
  }

  #fail(): void {
    const { name, type, onReady } = this.#parts;
    this.#failure = new WeftError(
      'POSITION_TRUNCATED',
      `${name}: the host was lost while it gave the rows of the beginning.`,
      { details: { type: type.type.name } },
    );
    onReady();
  }
}

/** As far as it says where it lies. */
interface Passed {
  readonly type: string;
  readonly partition: number;
  readonly lsn: number | undefined;
  readonly to: Position;
}
