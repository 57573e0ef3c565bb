import { WeftError } from '@weft/base';
import { checkOptionNames, type AnyType, type CallOptions } from '@weft/data';
import { Call, closedError } from '../call.ts';
import { decodeAnswer, encodeAnswer } from '../idempotency/answer-code.ts';
import { namedCall } from '../idempotency/idempotency-id.ts';
import { Backoff } from '../transaction/backoff.ts';
import type { Scope } from '../transaction/scope.ts';
import type {
  AtomicAnswers,
  AtomicOptions,
  AtomicWrite,
  AtomicWrites,
  Transaction,
  TransactionOptions,
} from '../transaction/transaction-api.ts';
import { requireKeepable } from '../transaction/transaction-state.ts';
import { nested, requireCallback, retriesOf, twoDeclarations } from '../transaction/transactions.ts';
import { isStop } from '../settle.ts';
import type { AskerParts } from './asker.ts';
import { VerbCall } from './point-calls.ts';
import { planRemoteAtomic } from './remote-atomic.ts';
import { RemoteTransaction } from './remote-transaction.ts';
import { RemoteTransactionSpace } from './remote-transaction-space.ts';
import type { RemoteType } from './remote-type.ts';

export interface RemoteTransactionsParts {
  readonly asker: AskerParts;
  /** Of the grid, over all hosts. */
  readonly partitions: number;
  readonly typeOf: (type: AnyType) => RemoteType;
  /** Tells code within a callback from other code. */
  readonly scope: Scope;
}

/** `grid.transaction` and `grid.atomic` of rows that are elsewhere: the callback runs here, its verbs at the host of its partition. */
export class RemoteTransactions {
  readonly #parts: RemoteTransactionsParts;

  constructor(parts: RemoteTransactionsParts) {
    this.#parts = parts;
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
    const id = namedCall(name, options)?.call.id;
    return this.#parts.asker.underWay.track(this.#retried(callback, { retries, call, id }));
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
    const { asker, partitions, typeOf } = this.#parts;
    const { link, writes, types } = planRemoteAtomic({ make, asker, partitions, typeOf, named });
    const asked = new VerbCall<unknown>(name, undefined, 'grid.atomic', { writes }, true);
    asked.types = types;
    asked.idempotencyId = named?.id;
    const nowMs = asker.host.clock.monotonicMs();
    asked.deadlineMs = call.deadlineMs === Infinity ? nowMs + asker.timeoutMs : call.deadlineMs;
    link.ask(asked);
    return asker.underWay.track(asked.promise) as Promise<AtomicAnswers<W>>;
  }

  #begin(name: string, options: CallOptions | undefined): Call {
    const { scope, asker } = this.#parts;
    if (asker.closing.aborted) throw closedError(name);
    if (scope.isInside) throw nested(name);
    return new Call(name, options, asker.host, asker.closing);
  }

  async #retried<R>(callback: (tx: Transaction) => Promise<R> | R, how: RunHow): Promise<Awaited<R>> {
    const backoff = new Backoff(this.#parts.asker.host);
    let doubt: WeftError | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        const end = await this.#once(callback, attempt, how);
        if ('answer' in end) return end.answer;
        doubt = WeftError.is(end.loss, 'OUTCOME_UNKNOWN') ? end.loss : undefined;
        if (attempt > how.retries) throw triedOf(end.loss, attempt);
        await backoff.wait(attempt, how.call);
      } catch (error) {
        // It was to be asked again whether it was done, and there was no time left for that.
        throw doubt !== undefined && isStop(error) ? doubt : error;
      }
    }
  }

  /** Runs the callback and commits. Throws what ends the transaction; a loss that may be none the next time is a part of the answer. */
  async #once<R>(
    callback: (tx: Transaction) => Promise<R> | R,
    attempt: number,
    { call, id }: RunHow,
  ): Promise<{ readonly answer: Awaited<R> } | { readonly loss: WeftError }> {
    const { asker, partitions, scope } = this.#parts;
    const transaction = new RemoteTransaction({ asker, partitions, call, idempotencyId: id });
    const waiter = call.waiter();
    try {
      const known = id === undefined ? undefined : await waiter.wait(this.#known(transaction));
      if (known !== undefined) return { answer: decodeAnswer(known) as Awaited<R> };
      const tx = this.#open(transaction, attempt);
      const answer = await waiter.wait(Promise.resolve(scope.run(async () => await callback(tx))));
      call.check();
      transaction.end();
      if (id !== undefined) requireKeepable(answer);
      const kept = await transaction.commit(id === undefined ? undefined : encodeAnswer(answer));
      return { answer: kept === undefined ? answer : (decodeAnswer(kept) as Awaited<R>) };
    } catch (error) {
      transaction.end();
      const loss = await this.#lossOf(transaction, error, { call, id });
      if (loss === undefined) throw error;
      return { loss };
    } finally {
      waiter.close();
      transaction.close();
    }
  }

  /** Whatever it threw: it may have been led to it by what is so no longer. Throws what stops the call. */
  async #lossOf(
    transaction: RemoteTransaction,
    error: unknown,
    { call, id }: Pick<RunHow, 'call' | 'id'>,
  ): Promise<WeftError | undefined> {
    // A call with an id can be repeated: it is known whether it was done.
    if (WeftError.is(error, 'OUTCOME_UNKNOWN')) return id === undefined ? undefined : (error as WeftError);
    call.check();
    if (transaction.isLost && WeftError.is(error, 'TRANSACTION_CONFLICT')) return error as WeftError;
    try {
      await transaction.abort();
      return undefined;
    } catch (found) {
      return WeftError.is(found, 'TRANSACTION_CONFLICT') ? (found as WeftError) : undefined;
    }
  }

  /** The answer of an earlier call with the id, wherever it was. */
  async #known(transaction: RemoteTransaction): Promise<string | undefined> {
    const { links } = this.#parts.asker;
    for (const link of links) {
      const answer = await transaction.open(link);
      if (answer !== undefined) return answer;
      // Of several it is open again where its first row is.
      if (links.length > 1) transaction.leave();
    }
    return undefined;
  }

  #open(transaction: RemoteTransaction, attempt: number): Transaction {
    const spaces = new Map<string, RemoteTransactionSpace>();
    const spaceOf = (type: AnyType): RemoteTransactionSpace => {
      const known = spaces.get(type.name);
      if (known !== undefined && known.type.schema.fingerprint !== type.schema.fingerprint) throw twoDeclarations(type);
      const made = known ?? new RemoteTransactionSpace(this.#parts.typeOf(type), transaction);
      spaces.set(type.name, made);
      return made;
    };
    return { attempt, space: (type) => spaceOf(type) as never };
  }
}

interface RunHow {
  readonly retries: number;
  readonly call: Call;
  readonly id: string | undefined;
}

/** A conflict that is not tried again, with how often it was. */
function triedOf(loss: WeftError, attempts: number): WeftError {
  if (!WeftError.is(loss, 'TRANSACTION_CONFLICT')) return loss;
  const said = loss.message.replace(/ It was tried \d+ times?\.$/, '');
  const tried = `It was tried ${attempts} ${attempts === 1 ? 'time' : 'times'}.`;
  return new WeftError('TRANSACTION_CONFLICT', `${said} ${tried}`, { details: { ...loss.details, attempts } });
}
