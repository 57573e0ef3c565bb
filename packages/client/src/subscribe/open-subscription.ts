import type { WeftError } from '@weft/base';
import type { AnyType, ChangeReader, RowWork } from '@weft/data';
import type { Call } from '../call.ts';
import { driveBatch, type Pace } from '../drive.ts';
import type { Subscription } from './events.ts';

/** What a subscription runs with. */
export interface SubscriptionParts {
  readonly reader: ChangeReader;
  readonly call: Call;
  readonly pace: Pace;
  /** The rows to begin with; calls back in the turn as of which they are. */
  readonly initial: ((begin: () => void) => RowWork) | undefined;
}

/** Gives what its reader gives, behind the initial rows where they were asked for. */
export class OpenSubscription implements Subscription<AnyType> {
  readonly #reader: ChangeReader;
  readonly #call: Call;
  readonly #pace: Pace;
  readonly #offStop: () => void;
  #initial: InitialRows | undefined;
  /** Why it was stopped, until somebody has been told. */
  #stop: WeftError | undefined;
  #isDone = false;
  /** The last call of `next` that has to wait: those that overlap are answered in order. */
  #waiting: Promise<unknown> | undefined;

  constructor({ reader, call, pace, initial }: SubscriptionParts) {
    this.#reader = reader;
    this.#call = call;
    this.#pace = pace;
    this.#initial = initial === undefined ? undefined : new InitialRows(initial, reader);
    this.#offStop = call.onStop((error) => {
      this.#stop = error;
      this.close();
    });
  }

  get position(): string | undefined {
    return this.#initial === undefined ? this.#reader.position : undefined;
  }

  next(): Promise<IteratorResult<any, undefined>> {
    if (this.#waiting === undefined && this.#initial === undefined && !this.#isDone) {
      try {
        const value = this.#reader.take();
        if (value !== undefined) return Promise.resolve({ done: false, value });
      } catch (error) {
        return this.#failed(error);
      }
    }
    const result = this.#waiting === undefined ? this.#next() : this.#waiting.then(() => this.#next());
    const waiting: Promise<void> = result.then(
      () => this.#settle(waiting),
      () => this.#settle(waiting),
    );
    this.#waiting = waiting;
    return result;
  }

  async return(): Promise<IteratorResult<any, undefined>> {
    this.#stop = undefined;
    this.close();
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async commit(position?: string): Promise<void> {
    await this.#reader.commit(position);
  }

  close(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#offStop();
    this.#initial?.close();
    this.#initial = undefined;
    this.#reader.close();
  }

  async #next(): Promise<IteratorResult<any, undefined>> {
    try {
      for (;;) {
        const stop = this.#stop;
        this.#stop = undefined;
        if (stop !== undefined) throw stop;
        if (this.#isDone) return { done: true, value: undefined };
        const value = this.#initial === undefined ? this.#reader.take() : await this.#nextInitial(this.#initial);
        if (value !== undefined) return { done: false, value };
        if (!this.#isDone) await this.#reader.ready();
      }
    } catch (error) {
      return await this.#failed(error);
    }
  }

  async #nextInitial(initial: InitialRows): Promise<object | undefined> {
    const row = await initial.next(this.#pace, this.#call);
    if (row !== undefined || this.#isDone) return row;
    this.#initial = undefined;
    return LIVE;
  }

  #failed(error: unknown): Promise<never> {
    this.close();
    return Promise.reject(error as Error);
  }

  #settle(waiting: Promise<unknown>): void {
    if (this.#waiting === waiting) this.#waiting = undefined;
  }
}

const LIVE = Object.freeze({ type: 'live' });

/** The rows of the beginning, a batch at a time, given out once they are committed. */
class InitialRows {
  readonly #work: RowWork;
  #batch: readonly object[] = [];
  #at = 0;
  #committed: Promise<void> | undefined;

  constructor(open: (begin: () => void) => RowWork, reader: ChangeReader) {
    this.#work = open(() => (this.#committed = reader.begin()));
  }

  async next(pace: Pace, call: Call): Promise<object | undefined> {
    while (this.#at === this.#batch.length) {
      const batch = await driveBatch(this.#work, pace, call);
      if (this.#committed !== undefined) await this.#committed;
      this.#committed = undefined;
      if (batch === undefined) return undefined;
      this.#batch = batch;
      this.#at = 0;
    }
    return this.#batch[this.#at++];
  }

  close(): void {
    this.#work.return();
    this.#batch = [];
    this.#at = 0;
  }
}
