import { WeftError } from '@weft/base';
import type { RecordReader } from '@weft/log';
import type { Call } from '../call.ts';
import type { Asker } from './asker.ts';
import type { Link } from './link.ts';
import { RemoteStream } from './remote-stream.ts';

/** How long a host may take to say what became of a call that was stopped. */
const GRACE_MS = 1000;

/** Items that may be on their way or wait here. */
export const READ_WINDOW = 2048;

export interface ReadRequest<Item> {
  readonly verb: string;
  /** The verb as the caller knows it. */
  readonly as?: string;
  readonly args: object;
  readonly read: (reader: RecordReader) => Item;
  readonly window?: number;
  /** How much longer than other calls its host may say nothing, of what only waits. */
  readonly patienceMs?: number;
  /** Whether an item that comes was taken from others: a reader that is stopped waits until it knows that none has come. */
  readonly isTaking?: boolean;
}

/** Reads a stream of one host in batches, as they are wanted. It ends with its call, and where its host says nothing for too long. */
export class StreamReader<Item> {
  readonly #asker: Asker;
  readonly #call: Call;
  readonly #name: string;
  readonly #stallMs: number;
  readonly #isTaking: boolean;
  /** Why the call was stopped, while its host is asked what became of it. */
  #stop: Error | undefined;
  #offGrace: (() => void) | undefined;
  readonly #stream: RemoteStream<Item>;
  #onReady: (() => void) | undefined;
  #failure: Error | undefined;

  constructor(asker: Asker, link: Link, call: Call, request: ReadRequest<Item>) {
    const { verb, as = verb, args, read, window, patienceMs } = request;
    const { host, timeoutMs } = asker.parts;
    this.#stallMs = timeoutMs + (patienceMs ?? 0);
    this.#isTaking = request.isTaking === true;
    this.#asker = asker;
    this.#call = call;
    this.#name = asker.nameOf(as);
    const nowMs = host.clock.monotonicMs();
    const { deadlineMs } = call;
    this.#stream = new RemoteStream<Item>(link, {
      name: this.#name,
      type: asker.type,
      verb,
      args: deadlineMs === Infinity ? args : { ...args, timeoutMs: Math.max(1, deadlineMs - nowMs) },
      window: window ?? READ_WINDOW,
      isTaking: this.#isTaking,
      giveWay: patienceMs === undefined ? undefined : () => this.#stopped(sessionEnds()),
      deadlineMs: deadlineMs === Infinity ? nowMs + this.#stallMs : deadlineMs,
      read,
      onReady: () => this.#ready(),
      onForgotten: () => this.#fail(this.#lost()),
    });
  }

  /** The next items; `undefined` at the end. */
  async next(): Promise<Item[] | undefined> {
    while (this.#failure === undefined && this.#stream.waiting === 0 && !this.#stream.isOver) await this.#more();
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#stream.waiting > 0) return this.#take();
    const { error: told } = this.#stream;
    const error = WeftError.is(told, 'OUTCOME_UNKNOWN') ? told : (this.#stop ?? told);
    void this.close();
    if (error !== undefined) throw error;
    return undefined;
  }

  /** Resolves once its host has let go of what it held for it. */
  close(): Promise<void> {
    this.#offGrace?.();
    return this.#stream.close();
  }

  #take(): Item[] {
    const items: Item[] = [];
    while (this.#stream.waiting > 0) items.push(this.#stream.take()!);
    return items;
  }

  async #more(): Promise<void> {
    const { host } = this.#asker.parts;
    if (this.#stop === undefined) this.#call.check();
    const ready = new Promise<void>((resolve) => (this.#onReady = resolve));
    const offStop = this.#stop === undefined ? this.#call.onStop((error) => this.#stopped(error)) : () => undefined;
    const offStall = host.timers.after(this.#stallMs, () => this.#fail(this.#stalled()), 'idle');
    await ready;
    offStop();
    offStall();
  }

  #stopped(error: Error): void {
    if (!this.#isTaking || !this.#stream.isAsked) return this.#fail(error);
    const { host } = this.#asker.parts;
    const untilMs = host.clock.monotonicMs() + GRACE_MS;
    this.#stop = error;
    this.#offGrace = host.timers.after(GRACE_MS, () => this.#fail(this.#inDoubt()), 'idle');
    // Whatever the answer: that the stream ends is what counts.
    this.#stream.ask(this.#name, 'stop', {}, { isWrite: false, deadlineMs: untilMs }).catch(() => undefined);
    this.#ready();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    void this.close();
    this.#ready();
  }

  #ready(): void {
    this.#onReady?.();
    this.#onReady = undefined;
  }

  #inDoubt(): WeftError {
    return new WeftError('OUTCOME_UNKNOWN', `${this.#name}: the host was lost, perhaps after it took a row.`);
  }

  #lost(): WeftError {
    if (this.#isTaking) return this.#inDoubt();
    return new WeftError('UNREACHABLE', `${this.#name}: the host was lost while rows were read; ask again.`);
  }

  #stalled(): WeftError {
    const timeoutMs = this.#stallMs;
    return new WeftError('TIMEOUT', `${this.#name}: the host sent nothing for ${timeoutMs} ms.`, {
      details: { timeoutMs },
    });
  }
}

/** Whoever waits goes on waiting in the next session. */
function sessionEnds(): WeftError {
  return new WeftError('HOST_STOPPING', 'The session ends.');
}
