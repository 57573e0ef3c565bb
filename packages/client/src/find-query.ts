import type { WeftError } from '@weft/base';
import { joinInSlices, type AnyType, type Explain, type FindPlan, type RowWork } from '@weft/data';
import { explainOf, runsOf } from './answers.ts';
import type { Cursor, Query } from './api.ts';
import type { Call } from './call.ts';
import { drive, driveBatch, type Pace } from './drive.ts';
import { countingRuns, type Router, type Runs } from './router.ts';
import { settling } from './settle.ts';

/** What a query runs with when it is awaited or iterated. */
export interface QueryParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly pace: Pace;
  /** Throws where the question is wrong. */
  readonly plan: () => FindPlan;
  /** Begins the call: its timeout runs from here. */
  readonly call: () => Call;
}

/** Runs when it is awaited or iterated, and anew each time. */
export class FindQuery implements Query<object> {
  readonly #parts: QueryParts;

  constructor(parts: QueryParts) {
    this.#parts = parts;
  }

  // oxlint-disable-next-line unicorn/no-thenable -- a Query is awaited
  then<A = object[], B = never>(
    onDone?: ((rows: object[]) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#parts.pace.underWay.track(this.#all()).then(onDone, onError);
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<object[] | B> {
    return this.then(undefined, onError);
  }

  finally(onEnd?: (() => void) | null): Promise<object[]> {
    return Promise.resolve(this).finally(onEnd);
  }

  [Symbol.asyncIterator](): Cursor<object> {
    return this.#open(runsOf(this.#parts.pace));
  }

  async explain(): Promise<Explain> {
    const { runs, counted } = countingRuns(this.#parts.pace.slice);
    const cursor = this.#open(runs);
    while ((await cursor.nextBatch()) !== undefined);
    return explainOf(this.#parts.type, counted);
  }

  async #all(): Promise<object[]> {
    const { pace } = this.#parts;
    const cursor = this.#open(runsOf(pace));
    const batches: object[][] = [];
    for (let batch = await cursor.nextBatch(); batch !== undefined; batch = await cursor.nextBatch())
      batches.push(batch);
    if (batches.length < 2) return batches[0] ?? [];
    return drive(joinInSlices(batches, pace.slice), pace, cursor.call);
  }

  #open(runs: Runs): BatchCursor {
    const { router, plan, pace } = this.#parts;
    const work = (): RowWork => router.find(plan(), runs);
    return new BatchCursor(work, pace, () => this.#parts.call(), router);
  }
}

/**
 * An open iteration: holds one batch, and through the work perhaps a snapshot, until it ends. Where the call is stopped between
 * two rows, all of that goes at once, and the next look at it is told.
 */
class BatchCursor implements Cursor<object> {
  readonly #begin: () => RowWork;
  readonly #pace: Pace;
  readonly #startCall: () => Call;
  readonly #router: Router;
  /** Whether what the rows were read from is committed: they are of one moment, before the first is there. */
  #isSettled = false;
  #work: RowWork | undefined;
  #call: Call | undefined;
  #batch: object[] = [];
  #at = 0;
  #isDone = false;
  /** Why the call was stopped, until somebody has been told. */
  #stop: WeftError | undefined;
  #offStop: (() => void) | undefined;
  /** The last call of `next` that has to wait: those that overlap are answered in order. */
  #waiting: Promise<unknown> | undefined;

  constructor(begin: () => RowWork, pace: Pace, startCall: () => Call, router: Router) {
    this.#router = router;
    this.#begin = begin;
    this.#pace = pace;
    this.#startCall = startCall;
  }

  /** The call that the first look at the rows began. */
  get call(): Call {
    return (this.#call ??= this.#startCall());
  }

  next(): Promise<IteratorResult<object, undefined>> {
    if (this.#waiting === undefined && this.#at < this.#batch.length) {
      return Promise.resolve({ done: false, value: this.#batch[this.#at++]! });
    }
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
    this.#end();
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next rows together, `undefined` at the end. */
  async nextBatch(): Promise<object[] | undefined> {
    this.#tellStop();
    if (this.#isDone) return undefined;
    try {
      this.#call ??= this.#startCall();
      this.#work ??= this.#begin();
      const batch = await driveBatch(this.#work, this.#pace, this.#call);
      const wait = this.#isSettled ? undefined : settling(this.#router, this.#call);
      if (wait !== undefined) await wait;
      this.#isSettled = true;
      if (batch === undefined || this.#isDone) this.#end();
      return this.#isDone ? undefined : batch;
    } catch (error) {
      this.#stop = undefined;
      this.#end();
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
    this.#offStop ??= this.#call?.onStop((error) => {
      this.#stop = error;
      this.#end();
    });
  }

  #tellStop(): void {
    const stop = this.#stop;
    this.#stop = undefined;
    if (stop !== undefined) throw stop;
  }

  #end(): void {
    this.#isDone = true;
    this.#offStop?.();
    this.#offStop = undefined;
    this.#work?.return();
    this.#work = undefined;
    this.#batch = [];
    this.#at = 0;
  }
}
