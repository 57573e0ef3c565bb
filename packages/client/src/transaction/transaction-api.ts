/** What users hold within `grid.transaction` and `grid.atomic`. */
import type {
  AggregateRequest,
  AggregateResult,
  AnyType,
  CallOptions,
  Change,
  ColumnName,
  FindShape,
  GroupName,
  InferKey,
  InsertOf,
  Outputs,
  PatchOf,
  RowOf,
  Selected,
  Where,
} from '@weft/data';
import type { ConflictOption, TtlOption, VersionOption } from '../api.ts';
import type { IdempotencyOption } from '../idempotency/idempotency-id.ts';

/** Options of `grid.transaction`. */
export interface TransactionOptions extends CallOptions, IdempotencyOption {
  /** How often the callback is run again after a conflict: 10 unless said otherwise, 0 to 10,000. */
  readonly retries?: number | undefined;
}

/** A transaction that is open: its handles, good until the callback ends. */
export interface Transaction {
  /** 1 for the first run of the callback, 2 for its first retry, and so on. */
  readonly attempt: number;
  /**
   * The handle of a type within this transaction.
   * @example const orders = tx.space(Order);
   */
  space<T extends AnyType>(type: T): TransactionSpace<T>;
}

/**
 * The verbs of a type within a transaction. Reads see what is committed, and over it what the transaction itself has written; writes
 * are held until the commit. All rows must lie in one partition: else TRANSACTION_SPANS_PARTITIONS.
 *
 * Every verb throws TRANSACTION_CONFLICT once it is known that the transaction has lost; let it pass, and the callback is run again.
 */
export interface TransactionSpace<T extends AnyType> {
  /** The type that the handle serves. */
  readonly type: T;
  /**
   * As `Space.write`. Values of unique indexes, and memory, are looked at in the commit.
   * @example const order = await orders.write({ account: 'a1', symbol: 'ACME', qty: 10 });
   */
  write(row: InsertOf<T>, options?: ConflictOption & TtlOption): Promise<RowOf<T>>;
  /**
   * As `Space.get`.
   * @example const account = await accounts.get('a1');
   */
  get(key: InferKey<T>): Promise<RowOf<T> | undefined>;
  /**
   * As `Space.getMany`.
   * @example const [from, to] = await accounts.getMany(['a1', 'a2']);
   */
  getMany(keys: readonly InferKey<T>[]): Promise<(RowOf<T> | undefined)[]>;
  /**
   * As `Space.getOrThrow`.
   * @example const account = await accounts.getOrThrow('a1');
   */
  getOrThrow(key: InferKey<T>): Promise<RowOf<T>>;
  /**
   * As `Space.read`. A row that is found conflicts with changes of itself only.
   * @example const next = await orders.read({ account: 'a1', status: 'new' });
   */
  read(where?: Where<T>): Promise<RowOf<T> | undefined>;
  /**
   * As `Space.find`; all rows at once. Whatever row comes to match, changes while it does or ceases to before the commit is a conflict.
   * @example const open = await orders.find({ account: 'a1', status: 'new' }, { orderBy: { at: 'asc' } });
   */
  find<const S extends ColumnName<T> = ColumnName<T>>(
    where?: Where<T>,
    shape?: FindShape<T, S>,
  ): Promise<Selected<T, S>[]>;
  /**
   * As `Space.count`; conflicts as `find` does.
   * @example const open = await orders.count({ account: 'a1', status: 'new' });
   */
  count(where?: Where<T>): Promise<number>;
  /**
   * As `Space.update`. `ifVersion` fails with VERSION_CONFLICT, which is not tried again.
   * @example await accounts.update('a1', { balance: account.balance - 5n });
   */
  update(key: InferKey<T>, patch: PatchOf<T>, options?: VersionOption<T> & TtlOption): Promise<RowOf<T> | undefined>;
  /**
   * As `Space.change`; conflicts as `find` does.
   * @example await orders.change({ account: 'a1', status: 'new' }, (c) => c.set('status', 'cancelled'));
   */
  change(where: Where<T>, change: (steps: Change<T>) => Change<T>): Promise<number>;
  /**
   * As `Space.delete`.
   * @example const existed = await orders.delete('0f3c');
   */
  delete(key: InferKey<T>): Promise<boolean>;
  /**
   * As `Space.deleteMany`; conflicts as `find` does.
   * @example await orders.deleteMany({ account: 'a1', status: 'cancelled' });
   */
  deleteMany(where: Where<T>): Promise<number>;
  /**
   * As `Space.aggregate`; conflicts as `find` does.
   * @example const [total] = await orders.aggregate({ where: { account: 'a1' }, select: { qty: sum('qty') } });
   */
  aggregate<S extends Outputs<T>, const By extends GroupName<T> = never>(
    request: AggregateRequest<T, S, By>,
  ): Promise<AggregateResult<T['~columns'], S, By>[]>;
}

/** Options of `grid.atomic`. */
export interface AtomicOptions extends CallOptions, IdempotencyOption {}

declare const result: unique symbol;

/** One write of `grid.atomic`, whose answer is an `R`. */
export interface AtomicWrite<R> {
  /** Only the compiler knows it. */
  readonly [result]?: R;
}

/** Makes the writes of `grid.atomic`. */
export interface AtomicWrites {
  /**
   * As `Space.write`.
   * @example grid.atomic((b) => [b.write(Order, { account: 'a1', symbol: 'ACME', qty: 10 })]);
   */
  write<T extends AnyType>(type: T, row: InsertOf<T>, options?: ConflictOption & TtlOption): AtomicWrite<RowOf<T>>;
  /**
   * As `Space.update`.
   * @example grid.atomic((b) => [b.update(Account, 'a1', { balance: 5n }, { ifVersion: 3 })]);
   */
  update<T extends AnyType>(
    type: T,
    key: InferKey<T>,
    patch: PatchOf<T>,
    options?: VersionOption<T> & TtlOption,
  ): AtomicWrite<RowOf<T> | undefined>;
  /**
   * As `Space.delete`.
   * @example grid.atomic((b) => [b.delete(Order, '0f3c')]);
   */
  delete<T extends AnyType>(type: T, key: InferKey<T>): AtomicWrite<boolean>;
}

/** What `grid.atomic` answers: one answer for each write, in their order. */
export type AtomicAnswers<W extends readonly AtomicWrite<unknown>[]> = {
  -readonly [I in keyof W]: W[I] extends AtomicWrite<infer R> ? R : never;
};
