import type { WeftError } from '@weft/base';
import type { Cursor } from '../api.ts';
import type { Call } from '../call.ts';

/** Rows that come in batches. */
export interface Batches {
  next(): Promise<object[] | undefined>;
  /** Resolves once nothing is held for it anywhere. */
  close(): Promise<void>;
}

/**
 * An open iteration over rows that are elsewhere. Where the call is stopped between two rows, all that it holds goes at once, and the next look at it is
 * told.
 */
export class RemoteCursor implements Cursor<object> {
  readonly #begin: () => { readonly call: Call; readonly batches: Batches };
  #open: { readonly call: Call; readonly batches: Batches } | undefined;
  #batch: object[] = [];
  #at = 0;
  #isDone = false;
  /** Why the call was stopped, until somebody has been told. */
  #stop: WeftError | undefined;
  #offStop: (() => void) | undefined;
  /** The last call of `next` that has to wait: those that overlap are answered in order. */
  #waiting: Promise<unknown> | undefined;

  constructor(begin: () => { readonly call: Call; readonly batches: Batches }) {
    this.#begin = begin;
  }

  next(): Promise<IteratorResult<object, undefined>> {
    if (this.#waiting === undefined && this.#at < this.#batch.length)
      return Promise.resolve({ done: false, value: this.#batch[this.#at++]! });
    const result = this.#waiting === undefined ? this.#next() : this.#waiting.then(() => this.#next());
    const waiting: Promise<void> = result.then(
      () => this.#settle(waiting),
      () => this.#settle(waiting),
    );
    this.#waiting = waiting;
    return result;
  }

  async return(): Promise<IteratorResult<object, undefined>> {
    this.#stop = undefined;
    await this.#end();
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next rows together, `undefined` at the end. */
  async nextBatch(): Promise<object[] | undefined> {
    this.#tellStop();
    if (this.#isDone) return undefined;
    try {
      this.#open ??= this.#begin();
      const batch = await this.#open.batches.next();
      if (batch === undefined || this.#isDone) void this.#end();
      return this.#isDone ? undefined : batch;
    } catch (error) {
      this.#stop = undefined;
      void this.#end();
      throw error;
    }
  }

  async #next(): Promise<IteratorResult<object, undefined>> {
    while (this.#at === this.#batch.length) {
      const batch = await this.nextBatch();
      if (batch === undefined) return { done: true, value: undefined };
      this.#batch = batch;
      this.#at = 0;
      this.#watchStop();
    }
    return { done: false, value: this.#batch[this.#at++]! };
  }

  #settle(waiting: Promise<unknown>): void {
    if (this.#waiting === waiting) this.#waiting = undefined;
  }

  /** Between two rows nobody asks the call whether it goes on. */
  #watchStop(): void {
    this.#offStop ??= this.#open?.call.onStop((error) => {
      this.#stop = error;
      void this.#end();
    });
  }

  #tellStop(): void {
    const stop = this.#stop;
    this.#stop = undefined;
    if (stop !== undefined) throw stop;
  }

  #end(): Promise<void> | undefined {
    this.#isDone = true;
    this.#offStop?.();
    this.#offStop = undefined;
    this.#batch = [];
    this.#at = 0;
    return this.#open?.batches.close();
  }
}
