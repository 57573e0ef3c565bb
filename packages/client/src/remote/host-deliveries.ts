import type { AnyType } from '@weft/data';
import { readDelivery, type SentDelivery, type SentLetter } from '@weft/protocol';
import type { Host } from '../host.ts';
import { RemoteDelivery } from './remote-delivery.ts';
import { RemoteStream, type StreamLink } from './remote-stream.ts';
import type { RemoteType } from './remote-type.ts';

/** Deliveries and letters that may be on their way: many more than are ever asked for. */
const WINDOW = 1024;

export interface HostDeliveriesParts {
  readonly link: StreamLink;
  readonly name: string;
  readonly type: RemoteType;
  readonly host: Host;
  /** Predicate, options, and where dead letters go, as the host is to know them. */
  readonly args: object;
  readonly timeoutMs: number;
  /** There is something to take, or it is over. */
  readonly onReady: () => void;
  /** A dead letter of this consumer, for a function of this process. */
  readonly bury: (letter: SentLetter) => Promise<void>;
}

/** By the monotonic clock of this process, since when it is here: until when the row is held. */
type Came = SentDelivery & { readonly untilMs: number };

/** The deliveries of one host, one for each that is asked for. */
export class HostDeliveries {
  readonly #parts: HostDeliveriesParts;
  #stream: RemoteStream<Came | SentLetter> | undefined;
  /** Of this stream: deliveries asked for, and those that came. */
  #wanted = 0;
  #came = 0;
  /** Those of this stream that nobody has settled. */
  #held = 0;

  constructor(parts: HostDeliveriesParts) {
    this.#parts = parts;
  }

  get isOver(): boolean {
    return this.#stream?.isOver === true;
  }

  get error(): Error | undefined {
    return this.#stream?.error;
  }

  /** Somebody waits for so many in all. */
  want(count: number): void {
    const more = count - (this.#wanted - this.#came);
    if (more <= 0) return;
    this.#wanted += more;
    const stream = this.#stream;
    if (stream === undefined) this.#stream = this.#open();
    else void this.#ask(stream, 'want', { count: this.#wanted }, false).catch(() => undefined);
  }

  take(): RemoteDelivery | undefined {
    for (;;) {
      const stream = this.#stream;
      const item = stream?.take();
      if (stream === undefined || item === undefined) return undefined;
      if ('reason' in item) {
        void this.#bury(stream, item);
        continue;
      }
      this.#came++;
      const { type, host } = this.#parts;
      // While it waited here its time went on: others may have it by now.
      if (host.clock.monotonicMs() >= item.untilMs) {
        this.#held--;
        continue;
      }
      let isOpen = true;
      return new RemoteDelivery({
        type: type.type as AnyType,
        sent: item,
        untilMs: item.untilMs,
        host,
        ask: (verb, of) => {
          const settles = verb !== 'renew';
          if (settles && isOpen && stream === this.#stream) this.#held--;
          isOpen &&= !settles;
          return this.#ask(stream, verb, of, settles);
        },
      });
    }
  }

  /** Resolves once the host has what was held back. */
  async close(): Promise<void> {
    await this.#stream?.close();
  }

  #open(): RemoteStream<Came | SentLetter> {
    const { link, name, type, host, args, timeoutMs } = this.#parts;
    const { whole } = type.form;
    return new RemoteStream<Came | SentLetter>(link, {
      name,
      type,
      verb: 'consume',
      isEndless: true,
      holds: () => this.#held > 0,
      args: { ...args, wanted: this.#wanted },
      window: WINDOW,
      deadlineMs: host.clock.monotonicMs() + timeoutMs,
      read: (reader) => {
        const item = readDelivery(reader, whole);
        if ('reason' in item) return item;
        this.#held++;
        return { ...item, untilMs: host.clock.monotonicMs() + item.leftMs };
      },
      onReady: () => this.#ready(),
      onForgotten: () => this.#openAgain(),
    });
  }

  /** Letters come without being asked for. */
  #ready(): void {
    const stream = this.#stream!;
    for (let item = stream.peek(); item !== undefined && 'reason' in item; item = stream.peek())
      void this.#bury(stream, stream.take() as SentLetter);
    this.#parts.onReady();
  }

  /** What was held went back with the session, what waits here to be taken too. */
  #openAgain(): void {
    const stream = this.#stream!;
    while (stream.take() !== undefined);
    void stream.close();
    this.#wanted -= this.#came;
    this.#came = 0;
    this.#held = 0;
    this.#stream = this.#wanted > 0 ? this.#open() : undefined;
  }

  #ask(stream: RemoteStream<Came | SentLetter>, verb: string, of: object, isWrite: boolean): Promise<unknown> {
    const { type, host, timeoutMs } = this.#parts;
    const deadlineMs = host.clock.monotonicMs() + timeoutMs;
    return stream.ask(`${type.type.name}: ${verb}`, verb, of, { isWrite, deadlineMs });
  }

  async #bury(stream: RemoteStream<Came | SentLetter>, letter: SentLetter): Promise<void> {
    let isDone = true;
    try {
      await this.#parts.bury(letter);
    } catch {
      // It stays a dead letter.
      isDone = false;
    }
    const of = { letter: letter.number, isDone };
    // Where the session is gone its letters are where `deadLetters` finds them.
    await this.#ask(stream, 'buried', of, false).catch(() => undefined);
  }
}
