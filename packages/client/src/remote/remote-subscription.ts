import { WeftError } from '@weft/base';
import type { AnyType, Position } from '@weft/data';
import { EventForm, EventMark } from '@weft/protocol';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import type { Subscription } from '../subscribe/events.ts';
import { Looks } from '../subscribe/looks.ts';
import { EVENTS_WINDOW, HostEvents, type SentOptions } from './host-events.ts';
import { joinPositions, splitPosition } from './joined-position.ts';
import type { StreamLink } from './remote-stream.ts';
import type { RemoteType } from './remote-type.ts';

export interface RemoteSubscriptionParts {
  readonly type: RemoteType;
  readonly host: Host;
  /** The hosts, with the first partition of each. */
  readonly hosts: readonly { readonly link: StreamLink; readonly firstPartition: number }[];
  /** Resolved. */
  readonly where: unknown;
  readonly options: SentOptions;
  readonly timeoutMs: number;
  readonly call: Call;
}

/** The same of a member of a group: what waits here when its partition goes to another member is given to both. */
const GROUP_WINDOW = 16;
const END = { done: true, value: undefined } as const;
const LIVE = Object.freeze({ type: 'live' });

/** The events of all hosts. Their order is that of each partition. */
export class RemoteSubscription implements Subscription<AnyType> {
  readonly #parts: RemoteSubscriptionParts;
  readonly #name: string;
  readonly #hosts: readonly HostEvents[];
  readonly #offStop: () => void;
  readonly ready: Promise<void>;
  /** Ends the wait of `ready`, where it goes on still. */
  #notReady!: (error: Error) => void;
  #isLive: boolean;
  /** Which host is asked first goes round. */
  #turn = 0;
  #stop: Error | undefined;
  /** Why it ended, where it was not closed. */
  #reason: Error | undefined;
  #isDone = false;
  readonly #looks = new Looks();

  constructor(parts: RemoteSubscriptionParts) {
    const { type, options, call } = parts;
    this.#parts = parts;
    this.#name = `${type.type.name}.subscribe`;
    this.#isLive = options.initial !== true;
    const froms = options.from === undefined ? [] : splitPosition(this.#name, options.from, parts.hosts.length);
    this.#hosts = parts.hosts.map((host, at) => this.#hostEvents(host, froms[at]));
    this.ready = this.#whenReady();
    this.#offStop = call.onStop((error) => this.#fail(error));
  }

  get position(): Position | undefined {
    return this.#isLive ? joinPositions(this.#hosts.map(({ position }) => position)) : undefined;
  }

  next(): Promise<IteratorResult<any, undefined>> {
    if (this.#looks.length === 0) {
      const event = this.#take();
      if (event !== undefined) return Promise.resolve({ done: false, value: event });
    }
    const look = this.#looks.add();
    this.#give();
    return look;
  }

  async return(): Promise<IteratorResult<any, undefined>> {
    this.#stop = undefined;
    this.close();
    return END;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async commit(position?: Position): Promise<void> {
    if (this.#parts.options.group === undefined)
      throw this.#error('OPTION_INVALID', 'commit is for members of a group; give it one');
    const given = position === undefined ? undefined : splitPosition(this.#name, position, this.#hosts.length);
    if (!this.#isDone && given === undefined) await Promise.all(this.#hosts.map(({ opened }) => opened));
    await Promise.all(this.#hosts.map((host, at) => this.#commitAt(host, given?.[at] ?? host.position)));
  }

  close(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#offStop();
    for (const host of this.#hosts) host.close();
    this.#notReady(this.#stop ?? this.#error('CLOSED', 'it was closed before all hosts had it'));
    this.#end();
  }

  #whenReady(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      this.#notReady = reject;
      Promise.all(this.#hosts.map(({ opened }) => opened)).then(() => resolve(), reject);
    });
    // Who does not look hears of it from the iteration.
    ready.catch(() => undefined);
    return ready;
  }

  /** Should the host be lost meanwhile, it is said again to the next: a position only rises. */
  async #commitAt(host: HostEvents, position: Position | undefined): Promise<void> {
    const {
      host: { clock },
      timeoutMs,
    } = this.#parts;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      if (this.#isDone) throw this.#notMember();
      try {
        await host.commit(position, deadlineMs);
        return;
      } catch (error) {
        if (!WeftError.is(error, 'UNREACHABLE') || clock.monotonicMs() >= deadlineMs) throw error;
      }
    }
  }

  #hostEvents(
    { link, firstPartition }: RemoteSubscriptionParts['hosts'][number],
    from: Position | undefined,
  ): HostEvents {
    const { type, where, options, host, timeoutMs } = this.#parts;
    // What waits here is a part of what may wait.
    const most = options.group === undefined ? EVENTS_WINDOW : GROUP_WINDOW;
    const window = Math.min(most, Math.ceil(options.buffer / 2));
    return new HostEvents({
      link,
      firstPartition,
      name: this.#name,
      type,
      form: new EventForm(type.form, firstPartition),
      where,
      options: { ...options, buffer: Math.max(1, options.buffer - window), ...(from !== undefined && { from }) },
      window,
      deadlineMs: host.clock.monotonicMs() + timeoutMs,
      onReady: () => this.#give(),
    });
  }

  /** The next event of any host, each in its turn. */
  #take(): object | undefined {
    if (this.#isDone) return undefined;
    const { length } = this.#hosts;
    for (let i = 0; i < length; i++) {
      const host = this.#hosts[this.#turn++ % length]!;
      // Changes come behind the rows of the beginning of all hosts.
      if (!this.#isLive && host.isLive) continue;
      const event = host.take();
      if (event === undefined) continue;
      if (!(event instanceof EventMark)) return this.#wholeGap(event);
      this.#isLive = this.#hosts.every(({ isLive }) => isLive);
      if (this.#isLive) return LIVE;
      i = -1;
    }
    return undefined;
  }

  /** The positions of a gap are those of one host; users know those of all. */
  #wholeGap(event: object): object {
    const { type } = event as { readonly type: string };
    if (type !== 'gap' || this.#hosts.length === 1) return event;
    const gap = event as { readonly from: Position; readonly to: Position };
    const others = (own: Position): Position =>
      joinPositions(this.#hosts.map(({ position }) => (position === gap.to ? own : position)))!;
    return Object.freeze({ ...gap, from: others(gap.from), to: others(gap.to) });
  }

  #give(): void {
    while (this.#looks.length > 0) {
      if (this.#isDone) return this.#end();
      const event = this.#take();
      if (event === undefined) break;
      this.#looks.resolve({ done: false, value: event });
    }
    if (this.#looks.length === 0 || this.#isDone) return;
    const over = this.#hosts.find(({ isOver }) => isOver);
    if (over !== undefined) this.#fail(this.#wholeError(over.error));
  }

  /** A position among the details is that of one host. */
  #wholeError(error: Error | undefined): Error | undefined {
    if (this.#hosts.length === 1 || !WeftError.is(error) || !('position' in error.details)) return error;
    const position = this.position ?? '';
    return new WeftError(error.code, error.message, { details: { ...error.details, position }, cause: error });
  }

  /** The first who waits is told why it ended, the others that it did. */
  #fail(error: Error | undefined): void {
    this.#stop = this.#reason = error;
    this.close();
  }

  #end(): void {
    while (this.#looks.length > 0) {
      const stop = this.#stop;
      this.#stop = undefined;
      if (stop === undefined) this.#looks.resolve(END);
      else this.#looks.reject(stop);
    }
  }

  #notMember(): WeftError {
    const hint =
      'Commit before close, and before the loop is left; what was not committed comes again to the next member.';
    const cause = this.#reason;
    return this.#error(
      'CLOSED',
      'commit came when the subscription was over, and its partitions may be those of other members; nothing was committed',
      { hint, ...(cause !== undefined && { cause }) },
    );
  }

  #error(
    code: 'OPTION_INVALID' | 'CLOSED',
    what: string,
    more: { readonly hint?: string; readonly cause?: Error } = {},
  ): WeftError {
    const { name } = this.#parts.type.type;
    return new WeftError(code, `${this.#name}: ${what}.`, { details: { type: name }, ...more });
  }
}
