import {
  checkOptionNames,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  type AggregatePartial,
  type AnyType,
  type CallOptions,
  type DeadRow,
  type FindPlan,
  type RowBatch,
  type Source,
  type Work,
} from '@weft/data';
import type {
  Answer,
  OnceOptions,
  Query,
  Space,
  UpdateOptions,
  WriteManyOptions,
  WriteManyResult,
  WriteOptions,
} from './api.ts';
import { AggregateAnswer, CountAnswer, runsOf, type AnswerParts } from './answers.ts';
import { Call, closedError } from './call.ts';
import { keyList, writeManyOptions } from './arguments.ts';
import type { RowsBefore } from './many-writer.ts';
import { drive, type Pace } from './drive.ts';
import { FindQuery } from './find-query.ts';
import { TurnSlice, type Host } from './host.ts';
import type { Lifetime, LocalVerbs } from './local-space.ts';
import { lazily } from './lazily.ts';
import { partlyDone } from './partly-done.ts';
import { countingRuns, doneBy, type Router } from './router.ts';
import type { ConsumeOptions, Consumer, DeadLetter, WaitOptions } from './queue/queue-api.ts';
import { QueueCalls, type LetterBox } from './queue/queue-verbs.ts';
import {
  committedAnswer,
  committing,
  pacedAnswer,
  settledAnswer,
  settledError,
  settledRefusal,
  settling,
  tellsOfRows,
} from './settle.ts';
import type { ServedType } from './served-type.ts';
import type { Subscription, SubscribeOptions } from './subscribe/events.ts';
import { subscribe, type Changes } from './subscribe/subscribe.ts';
import type { UnderWay } from './under-way.ts';
import type { BatchOptions } from './batch-run.ts';
import { writeBatch, type BatchResult } from './write-batch.ts';
import { writeMany } from './write-many.ts';

/** What the verbs of one type run with. */
export interface SpaceParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly local: LocalVerbs;
  readonly host: Host;
  /** Other types of the grid. */
  readonly spaceOf: (type: AnyType) => LetterBox;
  readonly lifetime: Lifetime;
  /** Fires when calls under way must end. */
  readonly closing: AbortSignal;
  readonly underWay: UnderWay;
  /** Where `subscribe` hears of changes. */
  readonly changes: Changes;
}

/**
 * The asynchronous verbs. Point calls are done at once, in the caller's turn, and answer with a settled promise; the others take
 * turns with whatever else the event loop does. The static types are those of `Space<T>`.
 */
export class SpaceVerbs {
  readonly type: AnyType;
  readonly #parts: SpaceParts;
  readonly #local: LocalVerbs;
  readonly #router: Router;
  readonly #pace: Pace;
  readonly #queue: QueueCalls;

  constructor(parts: SpaceParts) {
    this.type = parts.type;
    this.#parts = parts;
    this.#local = parts.local;
    this.#router = parts.router;
    const slice = new TurnSlice(parts.host.turns);
    this.#pace = { turns: parts.host.turns, slice, underWay: parts.underWay };
    const { type, router, host, spaceOf } = parts;
    this.#queue = new QueueCalls({
      type,
      router,
      host,
      spaceOf,
      pace: this.#pace,
      begin: (...of) => this.#call(...of),
    });
  }

  write(row: object, options?: WriteOptions): Promise<object> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('write', options);
      return this.#paced(this.#answer(this.#local.write(row, options), call), call);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  async writeMany(
    rows: Iterable<object> | AsyncIterable<object>,
    options?: WriteManyOptions,
    before?: RowsBefore,
  ): Promise<WriteManyResult> {
    const call = this.#call('writeMany', options);
    const target = { type: this.type, router: this.#router, ...writeManyOptions(this.type, options), before };
    return this.#pace.underWay.track(this.#paced(writeMany(target, rows, this.#pace, call), call));
  }

  /** Rows by column that were checked where they come from: what `batchWriterOf` hands out. Not part of `Space`. */
  async writeBatch(batch: RowBatch, options: BatchOptions): Promise<BatchResult> {
    const call = this.#call('writeMany', options);
    const done = writeBatch({ router: this.#router, batch, options }, this.#pace, call);
    return this.#pace.underWay.track(this.#paced(done, call));
  }

  get(key: unknown, options?: CallOptions): Promise<object | undefined> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('get', options, []);
      return this.#answer(this.#local.get(key), call, key);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  async getMany(keys: readonly unknown[], options?: CallOptions): Promise<(object | undefined)[]> {
    const call = this.#call('getMany', options, []);
    return this.#pace.underWay.track(this.#getAll(keyList(this.type, keys), call));
  }

  async #getAll(keys: readonly unknown[], call: Call): Promise<(object | undefined)[]> {
    const rows: (object | undefined)[] = [];
    for (const key of keys) {
      rows.push(this.#router.get(key));
      if (rows.length % KEYS_PER_STEP !== 0 || !this.#pace.slice.isOver()) continue;
      await this.#pace.turns.next();
      call.check();
    }
    const wait = settling(this.#router, call);
    if (wait !== undefined) await wait;
    return rows;
  }

  getOrThrow(key: unknown, options?: CallOptions): Promise<object> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('getOrThrow', options, []);
      return this.#answer(this.#local.getOrThrow(key), call, key);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  ttl(key: unknown, options?: CallOptions): Promise<number | undefined> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('ttl', options, []);
      return this.#answer(this.#local.ttl(key), call, key);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  async read(where?: unknown, options?: WaitOptions): Promise<object | undefined> {
    if (options?.wait !== undefined) return this.#queue.readWaiting(where, options);
    const call = this.#call('read', options, []);
    const plan: FindPlan = { ...resolveFind(this.type.schema, where), limit: 1 };
    const [row] = await this.#query(
      () => plan,
      () => call,
    );
    return row;
  }

  take(where?: unknown, options?: WaitOptions): Promise<object | undefined> {
    return this.#queue.take(where, options);
  }

  consume(where?: unknown, options?: ConsumeOptions<AnyType>): Consumer<AnyType> {
    return this.#queue.consume(where, options);
  }

  deadLetters(where?: unknown, options?: CallOptions): Promise<DeadLetter<AnyType>[]> {
    return this.#queue.deadLetters(where, options);
  }

  revive(key: unknown, options?: CallOptions): Promise<boolean> {
    return this.#queue.revive(key, options);
  }

  /** Takes in the row of a dead letter. Not part of `Space`. */
  async bury(row: object, dead: DeadRow, from: Source): Promise<void> {
    if (!dead.isThere) return;
    const { partition } = from;
    const { sources } = this.#router;
    const { values, slot } = this.#router.stage(
      row,
      (at) => sources[this.#router.indexOf(at)]?.partition === partition,
    );
    const source = this.#router.sourceOf(slot);
    const write = (): boolean => source.write(values, slot, 'replace');
    if (source.partition !== partition) {
      write();
      await source.settled();
      dead.remove();
    } else
      source.group(() => {
        write();
        // Nothing refuses it now: the log has just taken the row.
        dead.remove();
      });
  }

  find(where?: unknown, options?: object): Query<object> {
    const plan = lazily(() => resolveFind(this.type.schema, where, options));
    return this.#query(plan, () => this.#call('find', options));
  }

  count(where?: unknown, options?: CallOptions): Answer<number> {
    const predicate = lazily(() => resolveWhere(this.type, where));
    return new CountAnswer(this.#answerParts('count', options), predicate);
  }

  update(key: unknown, patch: object, options?: UpdateOptions<AnyType>): Promise<object | undefined> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('update', options);
      return this.#paced(this.#answer(this.#local.update(key, patch, options), call), call);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  async change(where: unknown, change: unknown, options?: OnceOptions): Promise<number> {
    const call = this.#call('change', options, ['idempotencyId']);
    if (options?.idempotencyId !== undefined)
      return this.#paced(this.#answer(this.#local.change(where, change, options), call), call);
    const target = resolveTarget(this.type, where);
    const mutations = resolveChange(this.type.schema, change);
    const { runs, counted } = countingRuns(this.#pace.slice);
    const work = this.#router.change(target, mutations, runs);
    return this.#paced(
      this.#drive(work, call, () => ({ changed: doneBy(counted) })),
      call,
    );
  }

  delete(key: unknown, options?: OnceOptions): Promise<boolean> {
    let call: Call | undefined;
    try {
      if (options !== undefined) call = this.#call('delete', options, ['idempotencyId']);
      return this.#paced(this.#answer(this.#local.delete(key, options), call), call);
    } catch (error) {
      return this.#refusal(error, call);
    }
  }

  async deleteMany(where: unknown, options?: CallOptions): Promise<number> {
    const call = this.#call('deleteMany', options, []);
    const target = resolveTarget(this.type, where);
    const { runs, counted } = countingRuns(this.#pace.slice);
    const work = this.#router.deleteMany(target, runs);
    return this.#paced(
      this.#drive(work, call, () => ({ deleted: doneBy(counted) })),
      call,
    );
  }

  async clear(options?: CallOptions): Promise<number> {
    const call = this.#call('clear', options, []);
    const count = this.#local.clear();
    const wait = committing(this.#router, call);
    if (wait !== undefined) await wait;
    return count;
  }

  aggregate(request: object, options?: CallOptions): Answer<object[]> {
    const plan = lazily(() => resolveAggregate(this.type.schema, request));
    return new AggregateAnswer(this.#answerParts('aggregate', options), plan);
  }

  subscribe(where?: unknown, options?: SubscribeOptions): Subscription<AnyType> {
    const { type, router, changes } = this.#parts;
    const parts = { type, router, changes, pace: this.#pace };
    return subscribe(parts, where, options, () => this.#call('subscribe', options));
  }

  /** For `servedType`. Not part of `Space`. */
  get served(): ServedType {
    const { feed } = this.#parts.changes;
    return {
      router: this.#router,
      feed,
      partial: (request, options) => this.#partial(request, options),
      writeRows: (rows, options, before) => this.writeMany(rows, options, before),
    };
  }

  async #partial(request: object, options: CallOptions): Promise<AggregatePartial> {
    const call = this.#call('aggregate', options, []);
    const plan = resolveAggregate(this.type.schema, request);
    const partial = await drive(this.#router.aggregate(plan, runsOf(this.#pace)), this.#pace, call);
    const wait = settling(this.#router, call);
    if (wait !== undefined) await wait;
    return partial;
  }

  /** The answer of a point call, once what it tells of is committed. `key`: of the row, where it changed nothing. */
  #answer<T>(answer: T, call: Call | undefined, key?: unknown): Promise<T> {
    if (this.#router.isSettled) return Promise.resolve(answer);
    const wait = this.#router.settled(key);
    return key === undefined ? committedAnswer(wait, call, answer) : settledAnswer(wait, call, answer);
  }

  /** The answer of a call that has written, once subscribers that are full and may ask for it have room. */
  #paced<T>(answer: Promise<T>, call: Call | undefined): Promise<T> {
    const { feed } = this.#parts.changes;
    return feed.pressure(this.type.name) === undefined ? answer : pacedAnswer(answer, feed, this.type.name, call);
  }

  #refusal(error: unknown, call: Call | undefined): Promise<never> {
    if (this.#router.isSettled || !tellsOfRows(error)) return Promise.reject(error as Error);
    return settledRefusal(this.#router.settled(), call, error);
  }

  /** Runs work that changes rows. `done`: what it has done so far, which its error tells. */
  async #drive(work: Work<number>, call: Call, done: () => Parameters<typeof partlyDone>[1]): Promise<number> {
    try {
      const count = await drive(work, this.#pace, call);
      const wait = committing(this.#router, call);
      if (wait !== undefined) await wait;
      return count;
    } catch (error) {
      throw partlyDone(await settledError(error, this.#router, call), done());
    }
  }

  #query(plan: () => FindPlan, call: () => Call): Query<object> {
    return new FindQuery({ type: this.type, router: this.#router, pace: this.#pace, plan, call });
  }

  #answerParts(verb: string, options: CallOptions | undefined): AnswerParts {
    return { type: this.type, router: this.#router, pace: this.#pace, call: () => this.#call(verb, options, []) };
  }

  /**
   * Begins a call. `others`: the options of the verb beside signal and timeout, absent where somebody else checks them.
   * Throws OPTION_INVALID, ABORTED, TIMEOUT, CLOSED.
   */
  #call(verb: string, options: CallOptions | undefined, others?: readonly string[]): Call {
    const { host, closing, lifetime } = this.#parts;
    const name = `${this.type.name}.${verb}`;
    if (lifetime.isClosed) throw closedError(name);
    if (options !== undefined && others !== undefined)
      checkOptionNames(name, options, ['signal', 'timeout', ...others]);
    return new Call(name, options, host, closing);
  }
}

/** Keys looked up between two looks at the clock. */
const KEYS_PER_STEP = 256;

/** The handle with its static types. */
export function asyncSpace<T extends AnyType>(verbs: SpaceVerbs): Space<T> {
  return verbs as unknown as Space<T>;
}
