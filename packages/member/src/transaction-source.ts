import { WeftError } from '@weft/base';
import { decodeAnswer, encodeAnswer, type Transaction, type TransactionSpace } from '@weft/client';
import type { AnyType } from '@weft/data';
import type { RequestContext } from './context.ts';
import type { ItemSource } from './item-stream.ts';
import { aggregateOf, changeOf, shapeOf, targetOf, whereOf } from './plans.ts';

/** How long a transaction may be open, whatever its client says. */
export const TRANSACTION_OPEN_MS_MAX = 60_000;

type Args = Readonly<Record<string, unknown>>;

/**
 * A transaction whose callback runs in another process: here a callback waits for what that one asks, and ends as it says. It is tried once; whether it is
 * tried again is for the other process to say. What is said of an open one: `answer`, where a call with its id was answered before.
 */
export function openTransaction(context: RequestContext, args: Args): ItemSource<never> | Promise<ItemSource<never>> {
  const transaction = new ServedTransaction(context, args);
  // What is asked of it may stand in the same frame.
  return transaction.isOpen ? transaction : transaction.begun.then(() => transaction);
}

class ServedTransaction implements ItemSource<never> {
  /** Of one that was answered before: resolves once its answer is known. */
  readonly begun: Promise<unknown>;
  readonly #idempotencyId: string | undefined;
  readonly #done: Promise<unknown>;
  #tx: Transaction | undefined;
  #answer: string | undefined;
  /** Ends the callback. */
  #end: { readonly resolve: (answer: unknown) => void; readonly reject: (error: unknown) => void } | undefined;
  #onClose: ((end: undefined) => void) | undefined;

  constructor({ grid }: RequestContext, { timeoutMs, idempotencyId }: Args) {
    const ms = typeof timeoutMs === 'number' && timeoutMs >= 1 ? timeoutMs : Infinity;
    this.#idempotencyId = idempotencyId as string | undefined;
    this.#done = grid.transaction(
      (tx) => {
        this.#tx = tx;
        return new Promise((resolve, reject) => (this.#end = { resolve, reject }));
      },
      {
        retries: 0,
        timeout: Math.ceil(Math.min(ms, TRANSACTION_OPEN_MS_MAX)),
        ...(idempotencyId !== undefined && { idempotencyId: idempotencyId as string }),
      },
    );
    this.begun = this.#done.then((answer) => (this.#answer = encodeAnswer(answer)));
    this.begun.catch(() => undefined);
  }

  get isOpen(): boolean {
    return this.#tx !== undefined;
  }

  get opened(): { readonly answer: string | undefined } {
    return { answer: this.#answer };
  }

  next(): Promise<undefined> {
    return new Promise((resolve) => (this.#onClose = resolve));
  }

  write(): void {}

  async ask(verb: string, args: Args, context: RequestContext): Promise<unknown> {
    switch (verb) {
      case 'commit':
        return this.#commit(args['answer']);
      case 'abort':
        return this.#abort();
      default:
        return this.#verb(verb, args, context);
    }
  }

  close(): void {
    this.#end?.reject(ABANDONED);
    this.#onClose?.(undefined);
  }

  /** The answer is kept where the transaction has an id; what comes back is another one where a call with the same id was quicker. */
  async #commit(answer: unknown): Promise<unknown> {
    this.#end?.resolve(answerOf(answer));
    const kept = await this.#done;
    return this.#idempotencyId === undefined ? undefined : encodeAnswer(kept);
  }

  /** Throws TRANSACTION_CONFLICT where others have changed what was read: then it may have been that which led to the end. */
  async #abort(): Promise<void> {
    this.#end?.reject(ABANDONED);
    try {
      await this.#done;
    } catch (error) {
      if (error !== ABANDONED) throw error;
    }
  }

  #verb(verb: string, args: Args, context: RequestContext): Promise<unknown> {
    const run = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (run === undefined) throw new WeftError('OPTION_INVALID', `${verb} is nothing that a transaction does.`);
    if (this.#tx === undefined)
      throw new WeftError('TRANSACTION_ENDED', `${verb}: the transaction was answered before.`);
    return run(this.#tx.space(context.types.of(context.type).type), args);
  }
}

/** Throws OPTION_INVALID. */
function answerOf(text: unknown): unknown {
  if (text === undefined) return undefined;
  try {
    return decodeAnswer(text as string);
  } catch (cause) {
    throw new WeftError('OPTION_INVALID', 'grid.transaction: the answer of the callback is no plain data.', { cause });
  }
}

/** Why a transaction ends that its client wants no more. */
const ABANDONED = new Error('the client has given the transaction up');

const verbs: Readonly<Record<string, (space: TransactionSpace<AnyType>, args: Args) => Promise<unknown>>> = {
  write: (space, { row, options }) => space.write(row as never, options as never),
  get: (space, { key }) => space.get(key as never),
  getMany: (space, { keys }) => space.getMany(keys as never),
  read: (space, { where }) => space.read(whereOf(where)),
  find: (space, { plan }) => space.find(whereOf((plan as Args)['where']), shapeOf(plan)),
  count: (space, { where }) => space.count(whereOf(where)),
  aggregate: (space, { plan }) => space.aggregate(aggregateOf(plan) as never),
  update: (space, { key, patch, options }) => space.update(key as never, patch as never, options as never),
  change: (space, { where, steps }) => space.change(targetOf(where), changeOf(steps)),
  delete: (space, { key }) => space.delete(key as never),
  deleteMany: (space, { where }) => space.deleteMany(targetOf(where)),
};
