import { WeftError } from '@weft/base';
import type { Key, Predicate, Source } from '@weft/data';
import { encodeAnswer } from '../idempotency/answer-code.ts';
import { once, type NamedCall } from '../idempotency/idempotency-id.ts';
import { textOfKey } from '../key-text.ts';
import type { Router } from '../router.ts';
import { applyWrites, type HeldWrite } from './held-write.ts';
import { HomePartition } from './home-partition.ts';
import {
  TRANSACTION_ANSWER_UNITS_MAX,
  TRANSACTION_CONDITIONS_MAX,
  TRANSACTION_READS_MAX,
  TRANSACTION_UNITS_MAX,
  TRANSACTION_WRITES_MAX,
  transactionTooLarge,
} from './transaction-limits.ts';

const NAME = 'grid.transaction';

/** A row that was looked at by its key. */
interface KeyRead {
  readonly router: Router;
  readonly source: Source;
  readonly key: Key;
  /** The row's position then, 0 where there was none. */
  readonly lsn: number;
}

/**
 * What one run of a transaction has read and means to write.
 *
 * Its commit is valid where nothing that it read has changed since: then all its reads, and its writes, are of the turn of the commit,
 * and transactions are serial in the order of their commits (backward validation: Kung, Robinson, TODS 1981). A row read by key must
 * have the lsn that it had. Of conditions the table tells at once when a row changes that matches before or after (`Source.watch`), so
 * a commit need not look at rows again, however many they were.
 */
export class TransactionState {
  readonly home: HomePartition;
  readonly #call: NamedCall | undefined;
  readonly #reads = new Map<string, KeyRead>();
  readonly #watches: (() => void)[] = [];
  readonly #writes: HeldWrite[] = [];
  #units = 0;
  /** What others have changed of what was read. */
  #loss: Loss | undefined;
  #isEnded = false;

  /** `call`: where it names itself. */
  constructor(call?: NamedCall) {
    this.home = new HomePartition(NAME, call);
    this.#call = call;
  }

  /** Throws TRANSACTION_ENDED, and TRANSACTION_CONFLICT where it is known already. */
  check(verb: string): void {
    if (this.#isEnded)
      throw new WeftError(
        'TRANSACTION_ENDED',
        `${verb}: the transaction of this handle has ended, and nothing was done.`,
      );
    if (this.#loss !== undefined) throw conflictOf(this.#loss);
  }

  /** The stored row with this key, which the commit will look at again. */
  read(router: Router, source: Source, key: Key): object | undefined {
    const { name } = router.schema;
    const row = source.get(key);
    const lsn = row === undefined ? 0 : source.lsnOf(key);
    const id = `${name} ${textOfKey(key)}`;
    const known = this.#reads.get(id);
    if (known === undefined) {
      if (this.#reads.size === TRANSACTION_READS_MAX)
        throw transactionTooLarge(
          NAME,
          `a transaction reads TRANSACTION_READS_MAX, ${TRANSACTION_READS_MAX}, rows by key at most; a condition that many rows match counts as one`,
        );
      this.#reads.set(id, { router, source, key, lsn });
    } else if (known.lsn !== lsn) {
      this.#loss = lossOfRow(known);
      throw conflictOf(this.#loss);
    }
    return row;
  }

  /** Every row that matches is read from here on, those that are not there included. Returns how to call that off. */
  watch(router: Router, source: Source, where: Predicate | undefined): () => void {
    if (this.#watches.length === TRANSACTION_CONDITIONS_MAX)
      throw transactionTooLarge(
        NAME,
        `a transaction asks TRANSACTION_CONDITIONS_MAX, ${TRANSACTION_CONDITIONS_MAX}, times by condition at most`,
      );
    const { name } = router.schema;
    const end = source.watch(where, () => {
      this.#loss ??= {
        type: name,
        what: `rows of ${name} that match a condition of the transaction have changed since it asked`,
      };
    });
    this.#watches.push(end);
    return () => {
      end();
      this.#watches.splice(this.#watches.indexOf(end), 1);
    };
  }

  /** Holds a write back for the commit. `units`: what its values hold. Throws TRANSACTION_TOO_LARGE. */
  hold(write: HeldWrite, units: number): void {
    if (this.#writes.length === TRANSACTION_WRITES_MAX)
      throw transactionTooLarge(
        NAME,
        `a transaction takes TRANSACTION_WRITES_MAX, ${TRANSACTION_WRITES_MAX}, writes at most`,
      );
    if (this.#units + units > TRANSACTION_UNITS_MAX)
      throw transactionTooLarge(
        NAME,
        `a transaction takes values of TRANSACTION_UNITS_MAX, ${TRANSACTION_UNITS_MAX}, characters and bytes at most`,
      );
    this.#units += units;
    this.#writes.push(write);
  }

  /** Names of the types that it means to write. */
  get typesWritten(): Set<string> {
    return new Set(this.#writes.map(({ router }) => router.schema.name));
  }

  /** What others have changed of what was read; `undefined` where nothing. */
  findLoss(): Loss | undefined {
    if (this.#loss !== undefined) return this.#loss;
    for (const read of this.#reads.values()) {
      if (read.source.lsnOf(read.key) !== read.lsn) return (this.#loss = lossOfRow(read));
    }
    return undefined;
  }

  /**
   * In one turn: looks whether all that was read is as it was, and does what was written. `answer`: of the callback; what comes back is
   * another one where a call with the same id was quicker. Throws TRANSACTION_CONFLICT.
   */
  commit<R>(answer: R): R {
    const loss = this.findLoss();
    if (loss !== undefined) throw conflictOf(loss);
    this.end();
    const apply = (): R => {
      if (this.#writes.length > 0) applyWrites(NAME, this.#writes);
      return answer;
    };
    const { source } = this.home;
    if (this.#call === undefined || source === undefined) return apply();
    requireKeepable(answer);
    return once(source, this.#call, undefined, apply);
  }

  /** Nothing more is read or written. */
  end(): void {
    this.#isEnded = true;
    for (const end of this.#watches.splice(0)) end();
  }
}

/** Throws TRANSACTION_TOO_LARGE, and OPTION_INVALID for what is no plain data. */
export function requireKeepable(answer: unknown): void {
  if (encodeAnswer(answer).length > TRANSACTION_ANSWER_UNITS_MAX)
    throw transactionTooLarge(
      NAME,
      `with an idempotencyId the answer is kept, and has TRANSACTION_ANSWER_UNITS_MAX, ${TRANSACTION_ANSWER_UNITS_MAX}, characters at most`,
    );
}

/** What others have changed. */
export interface Loss {
  readonly type: string;
  readonly what: string;
}

function lossOfRow({ router: { schema, keyCode }, key }: KeyRead): Loss {
  const { name } = schema;
  return { type: name, what: `${name} with ${keyCode.describe(key)} has changed since the transaction read it` };
}

/** `attempts`: how often it was tried, where it is not tried again. */
export function conflictOf({ type, what }: Loss, attempts?: number): WeftError<'TRANSACTION_CONFLICT'> {
  const tried = attempts === undefined ? '' : ` It was tried ${attempts} ${attempts === 1 ? 'time' : 'times'}.`;
  return new WeftError('TRANSACTION_CONFLICT', `${NAME}: ${what}.${tried}`, {
    details: { type, ...(attempts === undefined ? {} : { attempts }) },
  });
}
