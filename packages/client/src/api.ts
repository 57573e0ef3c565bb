/**
 * The handles of a type that users hold. Embedded and remote grids implement the same interfaces.
 *
 * Every call of the asynchronous handle takes `signal` and `timeout`. When either fires, the work stops and the call
 * rejects with ABORTED or TIMEOUT.
 */
import type { Duration, WeftError } from '@weft/base';
import type { SubscribeOptions, Subscription } from './subscribe/events.ts';
import type {
  AggregateRequest,
  AggregateResult,
  AnyType,
  CallOptions,
  Change,
  ColumnName,
  Explain,
  FindShape,
  InferKey,
  InsertOf,
  Outputs,
  GroupName,
  PatchOf,
  RowOf,
  Selected,
  Where,
} from '@weft/data';
import type { IdempotencyOption } from './idempotency/idempotency-id.ts';

import type { QueueVerbs, WaitOptions } from './queue/queue-api.ts';

export type { CallOptions } from '@weft/data';
export type { IdempotencyOption } from './idempotency/idempotency-id.ts';

/** What `write` and `writeMany` do with a row whose key exists. */
export interface ConflictOption {
  /** `'replace'` (the default) puts the new row in its place, `'fail'` throws KEY_EXISTS. */
  readonly onConflict?: 'replace' | 'fail' | undefined;
}

/** How long a row lives: for types that declare a `ttl`. */
export interface TtlOption {
  /** From this call on, in place of what the type declares; `'never'`: until it is deleted. */
  readonly ttl?: Duration | 'never' | undefined;
}

/** Options of `write`. */
export interface WriteOptions extends CallOptions, ConflictOption, TtlOption, IdempotencyOption {}

/** What `writeMany` does when a row cannot be written. */
export type OnError = 'stop' | 'all' | 'each';

/** What `writeMany` may be told about rows that exist and rows that are bad. */
export interface ManyOptions<E extends OnError = OnError> extends ConflictOption, TtlOption {
  /**
   * What becomes of the other rows when one is bad. `'stop'` (the default): those before it stay written, those after it are not.
   * `'all'`: none of the call is written; for WRITE_ALL_ROWS_MAX rows at most. `'each'`: all good rows are written, and the answer
   * lists the bad ones.
   */
  readonly onError?: E | undefined;
}

/** Options of `writeMany`. */
export interface WriteManyOptions<E extends OnError = OnError> extends CallOptions, ManyOptions<E> {}

/** Options of `find`. */
export interface FindOptions<T extends AnyType, S extends ColumnName<T>> extends FindShape<T, S>, CallOptions {}

/** What `update` may demand. `ifVersion` exists for types with a `t.version()` column. */
export interface VersionOption<T extends AnyType> {
  /** Fails with VERSION_CONFLICT unless the row has this version. */
  readonly ifVersion?: VersionOf<T> | undefined;
}

/** Options of `update`. */
export interface UpdateOptions<T extends AnyType> extends CallOptions, VersionOption<T>, TtlOption, IdempotencyOption {}

/** Options of `delete` and of `change`, which takes an idempotency id where it changes one row. */
export interface OnceOptions extends CallOptions, IdempotencyOption {}

/** What `writeMany` did: `written = inserted + replaced`. */
export interface WriteManyResult {
  readonly written: number;
  readonly inserted: number;
  readonly replaced: number;
}

/** A row that `writeMany` with `onError: 'each'` did not write. */
export interface RejectedRow<T extends AnyType> {
  /** Its position among the rows of the call, from 0. */
  readonly index: number;
  /** Its key, where it has one that is valid. */
  readonly key?: InferKey<T>;
  readonly error: WeftError;
}

/** What `writeMany` with `onError: 'each'` did. */
export interface WriteEachResult<T extends AnyType> extends WriteManyResult {
  /** The rows that were not written, in the order of the call; REJECTED_ROWS_MAX at most. */
  readonly rejected: readonly RejectedRow<T>[];
}

/** What `writeMany` answers with: it lists rejected rows where it was asked to go on after them. */
export type WriteManyAnswer<T extends AnyType, E extends OnError> = [E] extends ['each']
  ? WriteEachResult<T>
  : WriteManyResult;

/** An answer on its way: await it, or ask how it is found. Nothing runs before either. */
export interface Answer<R> extends PromiseLike<R> {
  /**
   * Runs the question and says which index or pages answered it, and how many rows were read.
   * @example (await orders.count({ status: 'new' }).explain()).partitions[0]?.index
   */
  explain(): Promise<Explain>;
  /** As of a promise: runs the question. */
  catch<B = never>(onError?: ((reason: any) => B | PromiseLike<B>) | null): Promise<R | B>;
  /** As of a promise: runs the question. */
  finally(onEnd?: (() => void) | null): Promise<R>;
}

/** Rows on their way: await them all, or iterate in bounded memory; leaving the loop frees the cursor. */
export interface Query<Row> extends Answer<Row[]>, AsyncIterable<Row> {
  /**
   * One row after the other, as of one moment.
   * @example for await (const order of orders.find({ status: 'new' })) console.log(order.id);
   */
  [Symbol.asyncIterator](): Cursor<Row>;
}

/** An open iteration. `return()`, `break` and disposal free what it holds. */
export interface Cursor<Row> extends AsyncIterableIterator<Row, undefined, undefined>, AsyncDisposable {}

/**
 * The asynchronous handle of one type. Beside what a verb names, it may end as `AnyGrid` says of every call: with CLOSED, ABORTED, TIMEOUT, with what a journal or a network
 * cannot do, and over a network with OUTCOME_UNKNOWN. With an `idempotencyId`: IDEMPOTENCY_MISMATCH.
 */
export interface Space<T extends AnyType> extends QueueVerbs<T> {
  /** The type that the handle serves. */
  readonly type: T;

  /**
   * Inserts the row, or replaces the one with its key; returns what was stored, generated values included.
   * Throws VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE, COLUMN_UNKNOWN, KEY_TOO_LARGE, ROW_TOO_LARGE, KEY_EXISTS,
   * UNIQUE_VIOLATION, ROUTING_IMMUTABLE, MEMORY_LIMIT.
   * @example const order = await orders.write({ account: 'a1', symbol: 'ACME', qty: 10 }, { onConflict: 'fail' });
   */
  write(row: InsertOf<T>, options?: WriteOptions): Promise<RowOf<T>>;

  /**
   * Writes many rows. Each row is written whole or not at all; what a bad one means for the others is the option `onError`.
   * Throws as `write` does, and ABORTED, TIMEOUT, CLOSED, BATCH_TOO_LARGE, ROWS_REJECTED; `details.written` says how many rows are
   * written, `details.row` and `details.key` which one failed.
   * @example const { inserted } = await orders.writeMany(rows);
   * @example const { rejected } = await orders.writeMany(rows, { onError: 'each' });
   */
  writeMany<E extends OnError = 'stop'>(
    rows: Iterable<InsertOf<T>> | AsyncIterable<InsertOf<T>>,
    options?: WriteManyOptions<E>,
  ): Promise<WriteManyAnswer<T, E>>;

  /**
   * The row with this key, or undefined.
   * Throws KEY_INVALID, VALUE_INVALID for a key of another shape.
   * @example const order = await orders.get('0f3c');
   */
  get(key: InferKey<T>, options?: CallOptions): Promise<RowOf<T> | undefined>;

  /**
   * The rows with these keys in the keys' order, undefined where there is none. Throws as `get` does.
   * @example const [first, second] = await orders.getMany(['0f3c', '0f3d']);
   */
  getMany(keys: readonly InferKey<T>[], options?: CallOptions): Promise<(RowOf<T> | undefined)[]>;

  /**
   * The row with this key; throws NOT_FOUND where there is none, and as `get` does.
   * @example const order = await orders.getOrThrow('0f3c', { timeout: '50ms' });
   */
  getOrThrow(key: InferKey<T>, options?: CallOptions): Promise<RowOf<T>>;

  /**
   * Milliseconds until the row with this key expires, `Infinity` where it never does; undefined where there is none.
   * Throws KEY_INVALID, VALUE_INVALID for a key of another shape.
   * @example const leftMs = await sessions.ttl('0f3c');
   */
  ttl(key: InferKey<T>, options?: CallOptions): Promise<number | undefined>;

  /**
   * The first row found that matches, or undefined. With `wait`: the oldest that nobody holds, or the next that comes in time.
   * Rejects as `find` does.
   * @example const next = await orders.read({ status: 'new' });
   */
  read(where?: Where<T>, options?: WaitOptions): Promise<RowOf<T> | undefined>;

  /**
   * All rows that match, as of one moment. Await the rows or iterate over them.
   * Rejects with PREDICATE_INVALID, COLUMN_UNKNOWN, VALUE_INVALID, OPTION_INVALID; ABORTED, TIMEOUT, CLOSED; SNAPSHOT_TOO_OLD where an
   * iteration took too long.
   * @example
   * const big = await orders.find(r => r.symbol.startsWith('AC').and(r.qty.gt(5)), {
   *   select: ['id', 'qty'],
   *   orderBy: { at: 'desc' },
   *   limit: 100,
   * });
   */
  find<const S extends ColumnName<T> = ColumnName<T>>(
    where?: Where<T>,
    options?: FindOptions<T, S>,
  ): Query<Selected<T, S>>;

  /**
   * The number of rows that match.
   * Rejects as `find` does.
   * @example const open = await orders.count({ status: 'new' });
   */
  count(where?: Where<T>, options?: CallOptions): Answer<number>;

  /**
   * Changes some columns of one row; `null` clears an optional one. Returns the new row, or undefined where there is none. The row
   * expires when it would have, unless `ttl` is given.
   * Throws VERSION_CONFLICT, UNIQUE_VIOLATION, ROUTING_IMMUTABLE, COLUMN_UNKNOWN, VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE,
   * VALUE_TOO_LARGE, ROW_TOO_LARGE, MEMORY_LIMIT, KEY_INVALID.
   * @example await orders.update('0f3c', { status: 'filled', note: null }, { ifVersion: order.version });
   */
  update(key: InferKey<T>, patch: PatchOf<T>, options?: UpdateOptions<T>): Promise<RowOf<T> | undefined>;

  /**
   * Changes every row that matches, at the data; returns how many. A template with the key columns changes one row.
   * Each row changes as a whole, not all of them together; `details.changed` of an error says how many are changed. Throws NUMERIC_OVERFLOW,
   * what `find` and `update` throw, and PREDICATE_INVALID without a `where`.
   * @example await orders.change({ status: 'new' }, c => c.set('status', 'filled').inc('qty', -1));
   */
  change(where: Where<T>, change: (steps: Change<T>) => Change<T>, options?: OnceOptions): Promise<number>;

  /**
   * Deletes the row with this key; returns whether there was one. Throws as `get` does.
   * @example const existed = await orders.delete('0f3c');
   */
  delete(key: InferKey<T>, options?: OnceOptions): Promise<boolean>;

  /**
   * Deletes every row that matches; returns how many.
   * Rejects as `find` does, with `details.deleted`, and with PREDICATE_INVALID without a `where`.
   * @example await orders.deleteMany(r => r.at.lt(yesterday));
   */
  deleteMany(where: Where<T>, options?: CallOptions): Promise<number>;

  /**
   * Deletes all rows of the type; returns how many.
   * @example await orders.clear();
   */
  clear(options?: CallOptions): Promise<number>;

  /**
   * Groups and their figures, computed at the data as of one moment.
   * Rejects as `find` does, and with GROUP_LIMIT, NUMERIC_OVERFLOW.
   * @example
   * const top = await orders.aggregate({
   *   by: ['symbol'],
   *   select: { n: count(), price: avg('price') },
   *   having: r => r.n.gt(5),
   *   orderBy: { n: 'desc' },
   *   limit: 10,
   * });
   */
  aggregate<S extends Outputs<T>, const By extends GroupName<T> = never>(
    request: AggregateRequest<T, S, By>,
    options?: CallOptions,
  ): Answer<AggregateResult<T['~columns'], S, By>[]>;

  /**
   * Every committed change of rows that match before or after it, from now on, with what the row was and is.
   * Throws OPTION_INVALID, PREDICATE_INVALID, COLUMN_UNKNOWN, VALUE_INVALID, POSITION_TRUNCATED, SUBSCRIBER_LIMIT, CLOSED; the iteration POSITION_TRUNCATED,
   * SUBSCRIBER_OVERFLOW, SNAPSHOT_TOO_OLD, DECLARATION_OUTDATED, JOURNAL_FAILED, ABORTED, CLOSED; over a network what opening it throws too, and OVERLOADED, UNREACHABLE.
   * @example for await (const event of orders.subscribe({ account: 'a1' })) console.log(event.type);
   */
  subscribe(where?: Where<T>, options?: SubscribeOptions): Subscription<T>;
}

/** The synchronous handle of one type, for code that runs on the host itself: the same verbs, values for promises. */
export interface LocalSpace<T extends AnyType> {
  /** The type that the handle serves. */
  readonly type: T;
  /**
   * As `Space.write`.
   * @example const order = local.write({ account: 'a1', symbol: 'ACME', qty: 10 });
   */
  write(row: InsertOf<T>, options?: ConflictOption & TtlOption & IdempotencyOption): RowOf<T>;
  /**
   * As `Space.writeMany`, in one turn.
   * @example local.writeMany(rows, { onConflict: 'fail' });
   */
  writeMany<E extends OnError = 'stop'>(rows: Iterable<InsertOf<T>>, options?: ManyOptions<E>): WriteManyAnswer<T, E>;
  /**
   * As `Space.get`.
   * @example const order = local.get('0f3c');
   */
  get(key: InferKey<T>): RowOf<T> | undefined;
  /**
   * As `Space.getMany`.
   * @example const rows = local.getMany(['0f3c', '0f3d']);
   */
  getMany(keys: readonly InferKey<T>[]): (RowOf<T> | undefined)[];
  /**
   * As `Space.getOrThrow`.
   * @example const order = local.getOrThrow('0f3c');
   */
  getOrThrow(key: InferKey<T>): RowOf<T>;
  /**
   * As `Space.ttl`.
   * @example const leftMs = local.ttl('0f3c');
   */
  ttl(key: InferKey<T>): number | undefined;
  /**
   * As `Space.read`.
   * @example const next = local.read({ status: 'new' });
   */
  read(where?: Where<T>): RowOf<T> | undefined;
  /**
   * As `Space.take`, of the rows that are there. The first time it holds the thread until the type's rows are put in order.
   * @example const order = local.take({ status: 'new' });
   */
  take(where?: Where<T>): RowOf<T> | undefined;
  /**
   * As `Space.find`; the rows at once. Holds the thread until the answer is complete.
   * @example const rows = local.find({ status: 'new' }, { select: ['id'] });
   */
  find<const S extends ColumnName<T> = ColumnName<T>>(where?: Where<T>, shape?: FindShape<T, S>): Selected<T, S>[];
  /**
   * As `Space.count`.
   * @example const open = local.count({ status: 'new' });
   */
  count(where?: Where<T>): number;
  /**
   * As `Space.update`.
   * @example local.update('0f3c', { status: 'filled' });
   */
  update(
    key: InferKey<T>,
    patch: PatchOf<T>,
    options?: VersionOption<T> & TtlOption & IdempotencyOption,
  ): RowOf<T> | undefined;
  /**
   * As `Space.change`.
   * @example local.change({ status: 'new' }, c => c.inc('qty', -1));
   */
  change(where: Where<T>, change: (steps: Change<T>) => Change<T>, options?: IdempotencyOption): number;
  /**
   * As `Space.delete`.
   * @example const existed = local.delete('0f3c');
   */
  delete(key: InferKey<T>, options?: IdempotencyOption): boolean;
  /**
   * As `Space.deleteMany`.
   * @example local.deleteMany({ status: 'cancelled' });
   */
  deleteMany(where: Where<T>): number;
  /**
   * As `Space.clear`.
   * @example local.clear();
   */
  clear(): number;
  /**
   * As `Space.aggregate`.
   * @example const [total] = local.aggregate({ select: { n: count() } });
   */
  aggregate<S extends Outputs<T>, const By extends GroupName<T> = never>(
    request: AggregateRequest<T, S, By>,
  ): AggregateResult<T['~columns'], S, By>[];
}

type VersionOf<T extends AnyType> = {
  [P in keyof T['~columns']]: T['~columns'][P]['~mode'] extends 'version' ? T['~columns'][P]['~value'] : never;
}[keyof T['~columns']];
