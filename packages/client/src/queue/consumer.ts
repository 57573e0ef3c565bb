import { WeftError } from '@weft/base';
import type { AnyType, DeadRow, Holding, Predicate, Seeker, Source } from '@weft/data';
import type { Call } from '../call.ts';
import type { ConsumeSettings } from './consume-options.ts';
import { HeldDelivery } from './delivery.ts';
import type { Consumer, Delivery } from './queue-api.ts';
import { rotated } from './take-rows.ts';

export interface ConsumerParts {
  readonly type: AnyType;
  readonly where: Predicate | undefined;
  readonly sources: readonly Source[];
  readonly settings: ConsumeSettings;
  /** Takes a dead row of this consumer elsewhere. */
  readonly bury: ((dead: DeadRow, source: Source) => Promise<void>) | undefined;
  readonly call: Call;
}

interface Waiting {
  readonly resolve: (result: IteratorResult<Delivery<AnyType>, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

interface Held {
  readonly row: object;
  readonly holding: Holding;
  readonly source: Source;
}

const END = { done: true, value: undefined } as const;

/** Holds rows, `prefetch` of them at most, and hands them out one by one as it is iterated. */
export class RowConsumer implements Consumer<AnyType> {
  readonly #parts: ConsumerParts;
  readonly #seekers = new Map<Source, Seeker>();
  /** What is held, handed out or not. */
  readonly #held = new Set<Holding>();
  /** What is held and not handed out. */
  #ready: Held[] = [];
  #waiting: Waiting[] = [];
  #isBegun = false;
  #isOver = false;
  /** Whether it waits until rows can be handed out again. */
  #isPaused = false;
  /** Why it ended, until somebody has been told. */
  #stop: unknown;
  #turn = 0;
  #off: (() => void) | undefined;

  constructor(parts: ConsumerParts) {
    this.#parts = parts;
  }

  next(): Promise<IteratorResult<Delivery<AnyType>, undefined>> {
    this.#begin();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#serve();
    });
  }

  async return(): Promise<IteratorResult<Delivery<AnyType>, undefined>> {
    this.#stop = undefined;
    this.#end();
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
    const stop = (error: WeftError): void => this.#fail(error);
    try {
      this.#parts.call.check();
      this.#off = this.#parts.call.onStop(stop);
      for (const source of this.#parts.sources) this.#seek(source);
    } catch (error) {
      this.#fail(error);
    }
  }

  #seek(source: Source): void {
    if (this.#isOver) return;
    const { where, settings } = this.#parts;
    const seeker = source.queue.seek({
      kind: 'lease',
      where,
      group: settings.group,
      leaseMs: settings.leaseMs,
      maxTries: settings.maxTries,
      wanted: () => (this.#isOver ? 0 : settings.prefetch - this.#held.size),
      give: (row, holding) => this.#take({ row, holding: holding!, source }),
      lost: (holding) => this.#settled(holding),
      died: (dead, holding) => this.#died(dead, holding, source),
      fail: (error) => this.#fail(error),
      restart: () => {
        try {
          this.#seek(source);
        } catch (error) {
          this.#fail(error);
        }
      },
    });
    this.#seekers.set(source, seeker);
  }

  #take(held: Held): void {
    this.#held.add(held.holding);
    this.#ready.push(held);
    this.#serve();
  }

  /** Hands out what is there to those who wait for it. */
  #serve(): void {
    while (this.#waiting.length > 0) {
      if (this.#isOver) return this.#tellEnd();
      const held = this.#ready[0];
      if (held === undefined || this.#isRefused(held.source)) return;
      this.#ready.shift();
      if (this.#handOut(held)) this.#giveTo(this.#waiting.shift()!, held);
    }
  }

  /** Whether nothing can be handed out now, such as while the disk is full. It goes on by itself. */
  #isRefused(source: Source): boolean {
    const readmitted = source.queue.readmitted();
    if (readmitted !== undefined && !this.#isPaused) void this.#serveAfter(readmitted);
    return readmitted !== undefined;
  }

  async #serveAfter(readmitted: Promise<void>): Promise<void> {
    this.#isPaused = true;
    await readmitted;
    this.#isPaused = false;
    this.#serve();
  }

  /** Whether it is held still. */
  #handOut({ holding }: Held): boolean {
    if (!holding.isHeld) return false;
    try {
      holding.handOut();
      return true;
    } catch (error) {
      // Its time was up, and nobody has noticed yet. Or the log never takes anything again.
      if (!WeftError.is(error, 'LEASE_LOST')) this.#fail(error);
      return false;
    }
  }

  #giveTo({ resolve, reject }: Waiting, { row, holding, source }: Held): void {
    const { type, settings } = this.#parts;
    const value = new HeldDelivery({
      type,
      row,
      holding,
      source,
      leaseMs: settings.leaseMs,
      onSettled: () => this.#settled(holding),
    }) as Delivery<AnyType>;
    const saved = source.queue.saved();
    if (saved === undefined) resolve({ done: false, value });
    else saved.then(() => resolve({ done: false, value }), reject);
  }

  /** A row is not held any more: there is room for another. */
  #settled(holding: Holding): void {
    const wasFull = this.#held.size >= this.#parts.settings.prefetch;
    if (!this.#held.delete(holding) || this.#isOver || !wasFull) return;
    for (const source of rotated(this.#parts.sources, this.#turn++)) this.#seekers.get(source)?.resume();
  }

  #died(dead: DeadRow, holding: Holding | undefined, source: Source): void {
    if (holding !== undefined) this.#settled(holding);
    if (this.#parts.bury !== undefined) void this.#bury(dead, source);
  }

  /** Whoever cares for dead letters gets it; if that fails, it stays where `deadLetters` finds it. */
  async #bury(dead: DeadRow, source: Source): Promise<void> {
    // Whoever found that the row is dead goes on with it in this turn.
    await Promise.resolve();
    try {
      await this.#parts.bury!(dead, source);
    } catch {
      // It stays a dead letter.
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#stop = error;
    this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#off?.();
    for (const seeker of this.#seekers.values()) seeker.end();
    for (const holding of this.#held) holding.release();
    this.#held.clear();
    this.#ready = [];
    this.#tellEnd();
  }

  #tellEnd(): void {
    for (const { resolve, reject } of this.#waiting.splice(0)) {
      const stop = this.#stop;
      this.#stop = undefined;
      if (stop === undefined) resolve(END);
      else reject(stop);
    }
  }
}
