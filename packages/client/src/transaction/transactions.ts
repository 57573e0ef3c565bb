import { WeftError } from '@weft/base';
import { checkOptionNames, type AnyType, type CallOptions, type ChangeFeed, type KnownAnswer } from '@weft/data';
import { Call, closedError } from '../call.ts';
import type { Pace } from '../drive.ts';
import { TurnSlice, type Host } from '../host.ts';
import { decodeAnswer } from '../idempotency/answer-code.ts';
import { digestOf, mismatch, namedCall, once, type NamedCall } from '../idempotency/idempotency-id.ts';
import type { Lifetime } from '../local-space.ts';
import type { Router } from '../router.ts';
import { whileCall, whileCommitted } from '../settle.ts';
import type { UnderWay } from '../under-way.ts';
import { Backoff } from './backoff.ts';
import { planAtomic } from './atomic.ts';
import { applyWrites } from './held-write.ts';
import { HomePartition } from './home-partition.ts';
import type { Scope } from './scope.ts';
import type {
  AtomicAnswers,
  AtomicOptions,
  AtomicWrite,
  AtomicWrites,
  Transaction,
  TransactionOptions,
} from './transaction-api.ts';
import { TRANSACTION_RETRIES_DEFAULT, TRANSACTION_RETRIES_MAX } from './transaction-limits.ts';
import { conflictOf, TransactionState } from './transaction-state.ts';
import { TransactionVerbs } from './transaction-verbs.ts';

/** What transactions run with. */
export interface TransactionsParts {
  readonly host: Host;
  readonly lifetime: Lifetime;
  /** Fires when calls under way must end. */
  readonly closing: AbortSignal;
  readonly underWay: UnderWay;
  /** Tells code within a callback from other code. */
  readonly scope: Scope;
  readonly routerOf: (type: AnyType) => Router;
  /** Whose full subscribers may ask writers to wait. */
  readonly feed: () => ChangeFeed;
  /** What the call with this idempotency id was answered, in any partition. */
  readonly answerOf: (id: string) => AnswerThere | undefined;
}

/** An answer that is known, and the partition that knows it. */
export interface AnswerThere extends KnownAnswer {
  /** Waits until all that was done there is committed; `undefined` where it is. */
  readonly settled: () => Promise<void> | undefined;
}

/** `grid.transaction` and `grid.atomic`. */
export class Transactions {
  readonly #parts: TransactionsParts;
  readonly #pace: Pace;

  constructor(parts: TransactionsParts) {
    this.#parts = parts;
    const { turns } = parts.host;
    this.#pace = { turns, slice: new TurnSlice(turns), underWay: parts.underWay };
  }

  /** See `Grid.transaction`. */
  async transaction<R>(
    callback: (tx: Transaction) => Promise<R> | R,
    options?: TransactionOptions,
  ): Promise<Awaited<R>> {
    const name = 'grid.transaction';
    const retries = retriesOf(name, options);
    const call = this.#begin(name, options);
    requireCallback(name, callback);
    const named = namedCall(name, options)?.call;
    const known = named === undefined ? undefined : this.#known(named);
    if (known !== undefined) return this.#parts.underWay.track(this.#repeated<Awaited<R>>(known, call));
    return this.#parts.underWay.track(this.#retried(callback, { retries, call, named }));
  }

  /** See `Grid.atomic`. */
  async atomic<const W extends readonly AtomicWrite<unknown>[]>(
    make: (b: AtomicWrites) => W,
    options?: AtomicOptions,
  ): Promise<AtomicAnswers<W>> {
    const name = 'grid.atomic';
    checkOptionNames(name, options ?? {}, ['idempotencyId', 'signal', 'timeout']);
    const call = this.#begin(name, options);
    const named = namedCall(name, options)?.call;
    const home = new HomePartition(name, named);
    const { writes, asked } = planAtomic(home, make, this.#parts.routerOf);
    const apply = (): unknown[] => applyWrites(name, writes);
    const { source } = home;
    const run = named === undefined || source === undefined ? apply : () => once(source, named, asked, apply);
    const types = new Set(writes.map(({ router }) => router.schema.name));
    const applied = this.#applied(home, writes.length === 0 ? () => [] : run, types, call);
    return this.#parts.underWay.track(applied) as Promise<AtomicAnswers<W>>;
  }

  #begin(name: string, options: CallOptions | undefined): Call {
    const { lifetime, scope, host, closing } = this.#parts;
    if (lifetime.isClosed) throw closedError(name);
    if (scope.isInside) throw nested(name);
    return new Call(name, options, host, closing);
  }

  /** The answer of a call that was made before. */
  #known(call: NamedCall): AnswerThere | undefined {
    const known = this.#parts.answerOf(call.id);
    if (known !== undefined && known.digest !== digestOf(call, undefined)) throw mismatch(call);
    return known;
  }

  /** The first call may not be committed yet. */
  async #repeated<R>({ result, settled }: AnswerThere, call: Call): Promise<R> {
    const wait = settled();
    if (wait !== undefined) await whileCommitted(wait, call);
    return decodeAnswer(result) as R;
  }

  async #applied(home: HomePartition, run: () => unknown[], types: Iterable<string>, call: Call): Promise<unknown[]> {
    let answer: unknown[];
    try {
      answer = run();
    } catch (error) {
      const seen = home.settled();
      if (seen !== undefined) await whileCall(seen, call);
      throw error;
    }
    const done = home.settled();
    if (done !== undefined) await whileCommitted(done, call);
    await this.#waitForRoom(types, call);
    return answer;
  }

  /** Waits for subscribers that are full and may ask for it. When the call must stop, its answer is given out: it is done. */
  async #waitForRoom(types: Iterable<string>, call: Call): Promise<void> {
    const feed = this.#parts.feed();
    for (const type of types) {
      const pressure = feed.pressure(type);
      if (pressure !== undefined) await whileCall(pressure, call).catch(() => undefined);
    }
  }

  async #retried<R>(
    callback: (tx: Transaction) => Promise<R> | R,
    { retries, call, named }: { readonly retries: number; readonly call: Call; readonly named: NamedCall | undefined },
  ): Promise<Awaited<R>> {
    const backoff = new Backoff(this.#parts.host);
    for (let attempt = 1; ; attempt++) {
      const state = new TransactionState(named);
      const end = await this.#once(callback, state, attempt, call);
      state.end();
      // Whatever the callback threw: it may have been led to it by what is so no longer.
      const loss = 'error' in end ? state.findLoss() : undefined;
      if (loss === undefined) {
        // Also an error may tell of what was seen.
        const wait = state.home.settled();
        const hasDone = 'answer' in end && (named !== undefined || state.typesWritten.size > 0);
        if (wait !== undefined) await (hasDone ? whileCommitted : whileCall)(wait, call);
        if ('error' in end) throw end.error;
        await this.#waitForRoom(state.typesWritten, call);
        return end.answer;
      }
      if (attempt > retries) throw conflictOf(loss, attempt);
      await backoff.wait(attempt, call);
    }
  }

  /** Runs the callback and commits. Throws what stops the call; what ends the transaction otherwise is a part of the answer. */
  async #once<R>(
    callback: (tx: Transaction) => Promise<R> | R,
    state: TransactionState,
    attempt: number,
    call: Call,
  ): Promise<{ readonly answer: Awaited<R> } | { readonly error: unknown }> {
    const waiter = call.waiter();
    try {
      const tx = this.#open(state, attempt, call);
      const answer = await waiter.wait(Promise.resolve(this.#parts.scope.run(async () => await callback(tx))));
      call.check();
      return { answer: state.commit(answer) };
    } catch (error) {
      call.check();
      return { error };
    } finally {
      state.end();
      waiter.close();
    }
  }

  #open(state: TransactionState, attempt: number, call: Call): Transaction {
    const verbs = new Map<string, TransactionVerbs>();
    const verbsOf = (type: AnyType): TransactionVerbs => {
      const router = this.#parts.routerOf(type);
      const known = verbs.get(type.name);
      if (known !== undefined && known.type.schema.fingerprint !== type.schema.fingerprint) throw twoDeclarations(type);
      const made = known ?? new TransactionVerbs({ type, router, state, pace: this.#pace, call });
      verbs.set(type.name, made);
      return made;
    };
    return { attempt, space: (type) => verbsOf(type) as never };
  }
}

export function requireCallback(name: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw new WeftError('OPTION_INVALID', `${name} takes a function of the transaction, not ${typeof callback}.`);
}

export function nested(name: string): WeftError {
  return new WeftError(
    'TRANSACTION_NESTED',
    `${name} was called within the callback of another transaction of this grid.`,
  );
}

/** How often it is tried again. Throws OPTION_INVALID. */
export function retriesOf(name: string, options: TransactionOptions | undefined): number {
  if (options === undefined) return TRANSACTION_RETRIES_DEFAULT;
  checkOptionNames(name, options, ['retries', 'idempotencyId', 'signal', 'timeout']);
  const { retries = TRANSACTION_RETRIES_DEFAULT } = options;
  if (Number.isInteger(retries) && retries >= 0 && retries <= TRANSACTION_RETRIES_MAX) return retries;
  throw new WeftError(
    'OPTION_INVALID',
    `${name}: retries is a whole number from 0 to TRANSACTION_RETRIES_MAX, ${TRANSACTION_RETRIES_MAX}.`,
  );
}

export function twoDeclarations({ name }: AnyType): WeftError {
  return new WeftError(
    'TYPE_CONFLICT',
    `${name}: one transaction uses one declaration of a type, and this is another.`,
    {
      hint: 'Use the declaration that the transaction began with.',
      details: { type: name },
    },
  );
}
