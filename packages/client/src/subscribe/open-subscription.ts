import type { AnyType, ChangeReader, HeardEvent, RowWork } from '@weft/data';
import type { Call } from '../call.ts';
import { driveBatch, type Pace } from '../drive.ts';
import type { Subscription } from './events.ts';
import { Looks } from './looks.ts';

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
  #stop: Error | undefined;
  #isDone = false;
  readonly #onReady = (heard?: HeardEvent): void => {
    if (heard !== undefined) this.#looks.resolve(heard.step);
    if (heard === undefined || this.#looks.length > 0) this.#goOn();
  };
  /** Calls of `next` that wait. */
  readonly #looks = new Looks();

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

  get ready(): Promise<void> {
    return Promise.resolve();
  }

  get position(): string | undefined {
    return this.#initial === undefined ? this.#reader.position : undefined;
  }

  next(): Promise<IteratorResult<any, undefined>> {
    if (this.#looks.length === 0 && this.#initial === undefined && !this.#isDone) {
      try {
        const heard = this.#reader.take();
        if (heard !== undefined) return heard.promised();
      } catch (error) {
        this.close();
        return Promise.reject(error as Error);
      }
      const look = this.#looks.add();
      this.#reader.onReady(this.#onReady);
      return look;
    }
    const look = this.#looks.add();
    if (this.#looks.length === 1) this.#goOn();
    return look;
  }

  /** The next event where one is there; `undefined` where one must wait, and at the end. For `pollSubscription`. */
  poll(): object | undefined {
    if (this.#looks.length > 0 || this.#isDone) return undefined;
    if (this.#initial !== undefined) return this.#initial.poll();
    try {
      return this.#reader.take()?.step.value;
    } catch (error) {
      this.#stop = error as Error;
      this.close();
      return undefined;
    }
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
    this.#end();
  }

  /** Gives those who wait what there is. */
  #goOn(): void {
    if (this.#isDone) this.#end();
    else if (this.#initial === undefined) this.#give();
    else void this.#giveInitial(this.#initial);
  }

  #give(): void {
    try {
      while (this.#looks.length > 0) {
        const heard = this.#reader.take();
        if (heard === undefined) return this.#reader.onReady(this.#onReady);
        this.#looks.resolve(heard.step);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  async #giveInitial(initial: InitialRows): Promise<void> {
    try {
      while (this.#looks.length > 0 && !this.#isDone) {
        const row = await initial.next(this.#pace, this.#call);
        if (this.#isDone) return;
        if (row === undefined) this.#initial = undefined;
        this.#looks.resolve({ done: false, value: row ?? LIVE });
        if (row === undefined) return this.#goOn();
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** The first who waits is told why it ended, the others that it did. */
  #fail(error: Error): void {
    if (!this.#isDone && this.#looks.length > 0) this.#looks.reject(error);
    this.close();
  }

  #end(): void {
    while (this.#looks.length > 0) {
      const stop = this.#stop;
      this.#stop = undefined;
      if (stop === undefined) this.#looks.resolve({ done: true, value: undefined });
      else this.#looks.reject(stop);
    }
  }
}

/** What a subscription of this process has ready. For hosts that serve it to others, who send many events at a time. */
export function pollSubscription(subscription: Subscription<AnyType>): object | undefined {
  return (subscription as OpenSubscription).poll();
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

  poll(): object | undefined {
    return this.#batch[this.#at] === undefined ? undefined : this.#batch[this.#at++];
  }

  close(): void {
    this.#work.return();
    this.#batch = [];
    this.#at = 0;
  }
}
