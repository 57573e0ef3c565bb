import { finishAggregate, resolveAggregate, resolveChange, resolveFind, resolveTarget, resolveWhere, type AnyType, type CallOptions, type FindPlan } from '@weft/data';
import type { Answer, Query, Space, UpdateOptions, WriteManyResult, WriteOptions } from './api.ts';
import { CountAnswer, AggregateAnswer } from './answers.ts';
import { Call } from './call.ts';
import { conflictOf } from './arguments.ts';
import { drive, type Pace } from './drive.ts';
import { FindQuery } from './find-query.ts';
import { TurnSlice, type Host } from './host.ts';
import type { LocalVerbs } from './local-space.ts';
import type { Router, Runs } from './router.ts';
import type { UnderWay } from './under-way.ts';
import { writeAll } from './write-many.ts';

/** What the verbs of one type run with. */
export interface SpaceParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly local: LocalVerbs;
  readonly host: Host;
  /** Fires when calls under way must end. */
  readonly closing: AbortSignal;
  readonly underWay: UnderWay;
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
  readonly #runs: Runs;

  constructor(parts: SpaceParts) {
    this.type = parts.type;
    this.#parts = parts;
    this.#local = parts.local;
    this.#router = parts.router;
    const slice = new TurnSlice(parts.host.turns);
    this.#pace = { turns: parts.host.turns, slice, underWay: parts.underWay };
    this.#runs = { isWhole: false, of: () => ({ slice }) };
  }

  write(row: object, options?: WriteOptions): Promise<object> {
    try {
      if (options !== undefined) this.#call('write', options);
      return Promise.resolve(this.#local.write(row, options));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async writeMany(rows: Iterable<object> | AsyncIterable<object>, options?: WriteOptions): Promise<WriteManyResult> {
    const call = this.#call('writeMany', options);
    const target = { type: this.type, router: this.#router, onConflict: conflictOf(this.type, options) };
    return this.#pace.underWay.track(writeAll(target, rows, this.#pace, call));
  }

  get(key: unknown, options?: CallOptions): Promise<object | undefined> {
    try {
      if (options !== undefined) this.#call('get', options);
      return Promise.resolve(this.#local.get(key));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async getMany(keys: readonly unknown[], options?: CallOptions): Promise<(object | undefined)[]> {
    const call = this.#call('getMany', options);
    return this.#pace.underWay.track(this.#getAll(keys, call));
  }

  async #getAll(keys: readonly unknown[], call: Call): Promise<(object | undefined)[]> {
    const rows: (object | undefined)[] = [];
    for (const key of keys) {
      rows.push(this.#router.get(key));
      if (rows.length % KEYS_PER_STEP !== 0 || !this.#pace.slice.isOver()) continue;
      await this.#pace.turns.next();
      call.check();
    }
    return rows;
  }

  getOrThrow(key: unknown, options?: CallOptions): Promise<object> {
    try {
      if (options !== undefined) this.#call('getOrThrow', options);
      return Promise.resolve(this.#local.getOrThrow(key));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async read(where?: unknown, options?: CallOptions): Promise<object | undefined> {
    const call = this.#call('read', options);
    const plan: FindPlan = { ...resolveFind(this.type.schema, where), limit: 1 };
    const query = this.#query(plan, () => call);
    for await (const row of query) return row;
    return undefined;
  }

  find(where?: unknown, options?: object): Query<object> {
    const plan = resolveFind(this.type.schema, where, options);
    return this.#query(plan, () => this.#call('find', options));
  }

  count(where?: unknown, options?: CallOptions): Answer<number> {
    const predicate = resolveWhere(this.type, where);
    return new CountAnswer(this.#answerParts('count', options), predicate);
  }

  update(key: unknown, patch: object, options?: UpdateOptions<AnyType>): Promise<object | undefined> {
    try {
      if (options !== undefined) this.#call('update', options);
      return Promise.resolve(this.#local.update(key, patch, options));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async change(where: unknown, change: unknown, options?: CallOptions): Promise<number> {
    const call = this.#call('change', options);
    const mutations = resolveChange(this.type.schema, change);
    return drive(this.#router.change(resolveTarget(this.type, where), mutations, this.#runs), this.#pace, call);
  }

  delete(key: unknown, options?: CallOptions): Promise<boolean> {
    try {
      if (options !== undefined) this.#call('delete', options);
      return Promise.resolve(this.#local.delete(key));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  async deleteMany(where: unknown, options?: CallOptions): Promise<number> {
    const call = this.#call('deleteMany', options);
    return drive(this.#router.deleteMany(resolveTarget(this.type, where), this.#runs), this.#pace, call);
  }

  async clear(options?: CallOptions): Promise<number> {
    this.#call('clear', options);
    return this.#local.clear();
  }

  aggregate(request: object, options?: CallOptions): Answer<object[]> {
    const plan = resolveAggregate(this.type.schema, request);
    return new AggregateAnswer(this.#answerParts('aggregate', options), plan, (partial) => finishAggregate(plan, partial));
  }

  #query(plan: FindPlan, call: () => Call): Query<object> {
    return new FindQuery({ type: this.type, router: this.#router, pace: this.#pace, plan, call });
  }

  #answerParts(verb: string, options: CallOptions | undefined): ConstructorParameters<typeof CountAnswer>[0] {
    return { type: this.type, router: this.#router, pace: this.#pace, call: () => this.#call(verb, options) };
  }

  /** Throws OPTION_INVALID, ABORTED, TIMEOUT, CLOSED. */
  #call(verb: string, options: CallOptions | undefined): Call {
    const { host, closing } = this.#parts;
    return new Call(`${this.type.name}.${verb}`, options, host, closing);
  }
}

/** Keys looked up between two looks at the clock. */
const KEYS_PER_STEP = 256;

/** The handle with its static types. */
export function asyncSpace<T extends AnyType>(verbs: SpaceVerbs): Space<T> {
  return verbs as unknown as Space<T>;
}
