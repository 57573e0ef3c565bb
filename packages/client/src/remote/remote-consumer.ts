import type { AnyType, Predicate, RowOf } from '@weft/data';
import type { SentLetter } from '@weft/protocol';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import type { Consumer, DeadLetter, Delivery } from '../queue/queue-api.ts';
import { Looks } from '../subscribe/looks.ts';
import { HostDeliveries } from './host-deliveries.ts';
import type { StreamLink } from './remote-stream.ts';
import type { RemoteType } from './remote-type.ts';

export interface RemoteConsumerParts {
  readonly type: RemoteType;
  readonly host: Host;
  readonly links: readonly StreamLink[];
  readonly where: Predicate | undefined;
  /** `lease`, `prefetch`, `maxTries`, `group`. */
  readonly options: object;
  /** A declaration, as JSON, of letters that the host keeps; `'ask'` where `bury` takes them. */
  readonly deadLetter: string | undefined;
  readonly bury: ((letter: DeadLetter<AnyType>) => unknown) | undefined;
  readonly timeoutMs: number;
  /** Begins when the first delivery is asked for. */
  readonly call: Call;
}

const END = { done: true, value: undefined } as const;

/** Deliveries of all hosts. A row is handed out when it is asked for; of several hosts each may hold one ready. */
export class RemoteConsumer implements Consumer<AnyType> {
  readonly #parts: RemoteConsumerParts;
  readonly #hosts: readonly HostDeliveries[];
  readonly #looks = new Looks();
  #isBegun = false;
  #isOver = false;
  #turn = 0;
  /** Why it ended, until somebody has been told. */
  #stop: Error | undefined;
  #off: (() => void) | undefined;

  constructor(parts: RemoteConsumerParts) {
    const { type, host, links, where, options, deadLetter, timeoutMs } = parts;
    this.#parts = parts;
    this.#hosts = links.map(
      (link) =>
        new HostDeliveries({
          link,
          name: `${type.type.name}.consume`,
          type,
          host,
          args: { where, options, deadLetter },
          timeoutMs,
          onReady: () => this.#serve(),
          bury: (letter) => this.#bury(letter),
        }),
    );
  }

  next(): Promise<IteratorResult<Delivery<AnyType>, undefined>> {
    this.#begin();
    const look = this.#looks.add();
    this.#serve();
    return look;
  }

  async return(): Promise<IteratorResult<Delivery<AnyType>, undefined>> {
    this.#stop = undefined;
    await this.#end();
    return END;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #begin(): void {
    if (this.#isBegun || this.#isOver) return;
    this.#isBegun = true;
    try {
      this.#parts.call.check();
      this.#off = this.#parts.call.onStop((error) => this.#fail(error));
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #serve(): void {
    const hosts = this.#hosts;
    while (this.#looks.length > 0 && !this.#isOver) {
      const value = this.#take();
      if (value !== undefined) {
        this.#looks.resolve({ done: false, value });
        continue;
      }
      const over = hosts.find(({ isOver }) => isOver);
      if (over === undefined) break;
      this.#fail(over.error);
    }
    if (this.#isOver) return this.#tellEnd();
    for (const host of hosts) host.want(this.#looks.length);
  }

  #take(): Delivery<AnyType> | undefined {
    const { length } = this.#hosts;
    for (let i = 0; i < length; i++) {
      const delivery = this.#hosts[this.#turn++ % length]!.take();
      if (delivery !== undefined) return delivery;
    }
    return undefined;
  }

  async #bury({ row, tries, reason, atMs }: SentLetter): Promise<void> {
    await this.#parts.bury!({ row: row as RowOf<AnyType>, tries, reason, at: new Date(atMs) });
  }

  #fail(error: Error | undefined): void {
    if (this.#isOver) return;
    this.#stop = error;
    void this.#end();
  }

  async #end(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#off?.();
    const closed = Promise.all(this.#hosts.map((host) => host.close()));
    this.#tellEnd();
    await closed;
  }

  #tellEnd(): void {
    while (this.#looks.length > 0) {
      const stop = this.#stop;
      this.#stop = undefined;
      if (stop === undefined) this.#looks.resolve(END);
      else this.#looks.reject(stop);
    }
  }
}
