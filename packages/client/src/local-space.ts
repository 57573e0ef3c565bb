import { WeftError } from '@weft/base';
import {
  finish,
  finishAggregate,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  type AnyType,
  WHOLE,
} from '@weft/data';
import type { ManyOptions, ConflictOption, LocalSpace, TtlOption, VersionOption, WriteManyResult } from './api.ts';
import { keyList, patchObject, rowObject, updateOptions, writeManyOptions, writeOptions } from './arguments.ts';
import { closedError } from './call.ts';
import type { IdempotencyOption } from './idempotency/idempotency-id.ts';
import { NamedVerbs } from './idempotency/named-verbs.ts';
import { partlyDone } from './partly-done.ts';
import { countingRuns, doneBy, type Router, type Runs } from './router.ts';
import { takeRow } from './queue/take-rows.ts';
import { writeManyNow } from './write-many.ts';

const whole: Runs = { slice: WHOLE, of: () => ({}) };

/**
 * The synchronous verbs, each done when it returns. The static types are those of `LocalSpace<T>`; here every row is an object
 * and what may be wrong with it is found by the router's checks.
 */
export class LocalVerbs {
  readonly type: AnyType;
  readonly #router: Router;
  readonly #lifetime: Lifetime;
  /** Which partition `take` asks first. */
  #turn = 0;
  readonly #named: NamedVerbs;

  constructor(type: AnyType, router: Router, lifetime: Lifetime) {
    this.type = type;
    this.#router = router;
    this.#lifetime = lifetime;
    this.#named = new NamedVerbs(type, router);
  }

  write(row: object, options?: ConflictOption & TtlOption & IdempotencyOption): object {
    this.#checkOpen('write');
    const known = this.#named.write(row, options, (rest) => this.write(row, rest));
    if (known !== undefined) return known;
    const { onConflict, ttl } = writeOptions(this.type, options);
    const { values } = this.#router.write(rowObject(this.type, row), onConflict, ttl);
    return this.#router.rowCode.show(values);
  }

  writeMany(rows: Iterable<object>, options?: ManyOptions): WriteManyResult {
    this.#checkOpen('writeMany');
    return writeManyNow({ type: this.type, router: this.#router, ...writeManyOptions(this.type, options) }, rows);
  }

  get(key: unknown): object | undefined {
    this.#checkOpen('get');
    return this.#router.get(key);
  }

  getMany(keys: readonly unknown[]): (object | undefined)[] {
    return keyList(this.type, keys).map((key) => this.get(key));
  }

  getOrThrow(key: unknown): object {
    const row = this.get(key);
    if (row !== undefined) return row;
    const { keyCode } = this.#router;
    throw new WeftError(
      'NOT_FOUND',
      `${this.type.name} with ${keyCode.describe(keyCode.checkLookup(key))} does not exist.`,
      { details: { type: this.type.name } },
    );
  }

  ttl(key: unknown): number | undefined {
    this.#checkOpen('ttl');
    return this.#router.ttl(key);
  }

  read(where?: unknown): object | undefined {
    return this.find(where, { limit: 1 })[0];
  }

  take(where?: unknown): object | undefined {
    this.#checkOpen('take');
    return finish(takeRow(this.#router, resolveWhere(this.type.schema, where), {}, this.#turn++))?.row;
  }

  find(where?: unknown, shape?: object): object[] {
    this.#checkOpen('find');
    const rows: object[] = [];
    for (const batch of this.#router.find(resolveFind(this.type.schema, where, shape), whole)) {
      for (const row of batch ?? []) rows.push(row);
    }
    return rows;
  }

  count(where?: unknown): number {
    this.#checkOpen('count');
    return finish(this.#router.count(resolveWhere(this.type, where), whole));
  }

  update(
    key: unknown,
    patch: object,
    options?: VersionOption<AnyType> & TtlOption & IdempotencyOption,
  ): object | undefined {
    this.#checkOpen('update');
    const known = this.#named.update(key, patch, options, (rest) => this.update(key, patch, rest));
    if (known !== undefined) return known.answer;
    const router = this.#router;
    const checked = router.keyCode.checkLookup(key);
    const { ifVersion, ttl } = updateOptions(this.type, options);
    const changes = router.patch(patchObject(this.type, patch), ttl);
    return router.sourceOfKey(checked)?.update(checked, changes, ifVersion);
  }

  change(where: unknown, change: unknown, options?: IdempotencyOption): number {
    this.#checkOpen('change');
    const known = this.#named.change(where, change, options, () => this.change(where, change));
    if (known !== undefined) return known;
    const target = resolveTarget(this.type, where);
    const mutations = resolveChange(this.type.schema, change);
    const { runs, counted } = countingRuns(undefined);
    try {
      return finish(this.#router.change(target, mutations, runs));
    } catch (error) {
      throw partlyDone(error, { changed: doneBy(counted) });
    }
  }

  delete(key: unknown, options?: IdempotencyOption): boolean {
    this.#checkOpen('delete');
    const known = this.#named.delete(key, options, () => this.delete(key));
    if (known !== undefined) return known;
    const checked = this.#router.keyCode.checkLookup(key);
    return this.#router.sourceOfKey(checked)?.delete(checked) ?? false;
  }

  deleteMany(where: unknown): number {
    this.#checkOpen('deleteMany');
    return finish(this.#router.deleteMany(resolveTarget(this.type, where), whole));
  }

  clear(): number {
    this.#checkOpen('clear');
    return this.#router.clear();
  }

  aggregate(request: object): object[] {
    this.#checkOpen('aggregate');
    const plan = resolveAggregate(this.type.schema, request);
    return finishAggregate(plan, finish(this.#router.aggregate(plan, whole)));
  }

  #checkOpen(verb: string): void {
    if (this.#lifetime.isClosed) throw closedError(`${this.type.name}.${verb}`);
  }
}

/** Whether the grid is open still. */
export interface Lifetime {
  readonly isClosed: boolean;
}

/** The handle with its static types. */
export function localSpace<T extends AnyType>(verbs: LocalVerbs): LocalSpace<T> {
  return verbs as unknown as LocalSpace<T>;
}
