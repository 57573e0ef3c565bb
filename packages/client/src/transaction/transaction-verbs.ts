import { WeftError } from '@weft/base';
import {
  AggregatePartial,
  aggregateShape,
  type AggregatePlan,
  type AnyType,
  compileChange,
  equalValues,
  finishInSlices,
  type FindPlan,
  isVisible,
  joinInSlices,
  type Key,
  NaiveAggregate,
  type Patch,
  type Predicate,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  rowOrder,
  type RowValues,
  type RowWork,
  type Source,
  type Work,
} from '@weft/data';
import { runsOf } from '../answers.ts';
import { keyList, patchObject, rowObject, updateOptions, writeOptions } from '../arguments.ts';
import type { Call } from '../call.ts';
import { drive, driveBatch, type Pace } from '../drive.ts';
import { heldUnitsOf } from '../held-units.ts';
import { chainRows, mergeRows } from '../merge-rows.ts';
import { onlySelected, type Router } from '../router.ts';
import { copyValue, copyValues } from './copy-value.ts';
import { Overlay, readersOf } from './overlay.ts';
import type { TransactionState } from './transaction-state.ts';

const VERSION_MAX = 2 ** 31 - 1;
type Row = Readonly<Record<string, unknown>>;

/** What the verbs of one type run with in one transaction. */
export interface TransactionVerbsParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly state: TransactionState;
  readonly pace: Pace;
  readonly call: Call;
}

/** The verbs of a type within a transaction. The static types are those of `TransactionSpace<T>`. */
export class TransactionVerbs {
  readonly type: AnyType;
  readonly #router: Router;
  readonly #state: TransactionState;
  readonly #pace: Pace;
  readonly #call: Call;
  readonly #overlay: Overlay;
  readonly #version: number;
  readonly #unitsOf: (values: RowValues) => number;

  constructor({ type, router, state, pace, call }: TransactionVerbsParts) {
    this.type = type;
    this.#router = router;
    this.#state = state;
    this.#pace = pace;
    this.#call = call;
    this.#overlay = new Overlay(router.schema, router.keyCode);
    this.#version = router.schema.columns.findIndex(({ role }) => role === 'version');
    this.#unitsOf = heldUnitsOf(router.schema);
  }

  async write(row: object, options?: object): Promise<object> {
    this.#begin('write');
    const router = this.#router;
    const { onConflict, ttl } = writeOptions(this.type, options);
    const staged = router.stage(rowObject(this.type, row), this.#state.home.suits(router), ttl);
    const values = copyValues(staged.values);
    const source = router.sourceOf(staged.slot);
    const key = router.keyCode.of(values);
    this.#state.home.enterKey(router, source, key);
    const mustLook = onConflict === 'fail' || this.#version >= 0;
    const before = mustLook ? this.#valuesAt(source, key) : undefined;
    if (before !== undefined && onConflict === 'fail') throw this.#keyExists(key);
    if (this.#version >= 0) values[this.#version] = before === undefined ? 1 : this.#nextVersion(before);
    this.#state.hold({ kind: 'write', router, source, values, slot: staged.slot, onConflict }, this.#unitsOf(values));
    this.#overlay.set(key, values);
    return this.#show(values);
  }

  async get(key: unknown): Promise<object | undefined> {
    return this.#get('get', key);
  }

  async getMany(keys: readonly unknown[]): Promise<(object | undefined)[]> {
    return keyList(this.type, keys).map((key) => this.#get('getMany', key));
  }

  async getOrThrow(key: unknown): Promise<object> {
    const row = this.#get('getOrThrow', key);
    if (row !== undefined) return row;
    const { keyCode } = this.#router;
    const described = keyCode.describe(keyCode.checkLookup(key));
    throw new WeftError('NOT_FOUND', `${this.type.name} with ${described} does not exist.`, {
      details: { type: this.type.name },
    });
  }

  async read(where?: unknown): Promise<object | undefined> {
    this.#begin('read');
    const plan: FindPlan = { ...resolveFind(this.type.schema, where), limit: 1 };
    const source = this.#state.home.enterWhere(this.#router, plan.where);
    const [held] = this.#overlay.matching(plan.where);
    if (held !== undefined) return this.#show(held.values);
    const asked = this.#stored(plan);
    const endWatch = this.#state.watch(this.#router, source, asked.where);
    const [row] = (await this.#rows(this.#router.find(asked, runsOf(this.#pace)))) as Row[];
    this.#begin('read');
    const key = row === undefined ? undefined : this.#keyOf(row);
    if (key === undefined) return row;
    // Any row that matches would do: all that counts is that this one stays as it is.
    const found = this.#state.read(this.#router, source, key);
    endWatch();
    return found;
  }

  async find(where?: unknown, shape?: object): Promise<object[]> {
    this.#begin('find');
    const plan = resolveFind(this.type.schema, where, shape);
    this.#watch(plan.where);
    const rows = await this.#rows(this.#find(plan));
    this.#begin('find');
    return rows;
  }

  async count(where?: unknown): Promise<number> {
    this.#begin('count');
    const predicate = resolveWhere(this.type, where);
    this.#watch(predicate);
    const held = this.#overlay.matching(predicate).length;
    const stored = await this.#drive(this.#router.count(this.#overlay.without(predicate), runsOf(this.#pace)));
    this.#begin('count');
    return stored + held;
  }

  async aggregate(request: object): Promise<object[]> {
    this.#begin('aggregate');
    const plan = resolveAggregate(this.type.schema, request as never);
    this.#watch(plan.where);
    const held = this.#partialOfHeld(plan);
    const partial = await this.#drive(this.#router.aggregate(this.#stored(plan), runsOf(this.#pace)));
    if (held !== undefined) await this.#drive(partial.mergeInSlices(held, this.#pace.slice));
    const rows = await this.#drive(finishInSlices(plan, partial, this.#pace.slice));
    this.#begin('aggregate');
    return rows;
  }

  async update(key: unknown, patch: object, options?: object): Promise<object | undefined> {
    this.#begin('update');
    const { ifVersion, ttl } = updateOptions(this.type, options);
    const router = this.#router;
    const checked = copyValue(router.keyCode.checkLookup(key));
    const { ordinals, values } = router.patch(patchObject(this.type, patch), ttl);
    const before = this.#lookUp(checked);
    if (before === undefined) return undefined;
    this.#requireVersion(checked, before.values, ifVersion);
    return this.#patch(before.source, checked, before.values, { ordinals, values: copyValues(values) });
  }

  async change(where: unknown, change: unknown): Promise<number> {
    this.#begin('change');
    const target = resolveTarget(this.type, where);
    const mutations = resolveChange(this.type.schema, change);
    const compiled = compileChange(this.type.schema, mutations);
    const { source, rows } = await this.#rowsToChange('change', target);
    for (const { key, values } of rows) {
      const present = copyValues(values);
      const changed = compiled.apply((ordinal) => present[ordinal]);
      this.#patch(source, key, values, { ordinals: compiled.ordinals, values: changed });
    }
    return rows.length;
  }

  async delete(key: unknown): Promise<boolean> {
    this.#begin('delete');
    const checked = copyValue(this.#router.keyCode.checkLookup(key));
    const before = this.#lookUp(checked);
    if (before === undefined) return false;
    this.#remove(before.source, checked);
    return true;
  }

  async deleteMany(where: unknown): Promise<number> {
    this.#begin('deleteMany');
    const { source, rows } = await this.#rowsToChange('deleteMany', resolveTarget(this.type, where));
    for (const { key } of rows) this.#remove(source, key);
    return rows.length;
  }

  #begin(verb: string): void {
    this.#state.check(`${this.type.name}.${verb}`);
  }

  #get(verb: string, key: unknown): object | undefined {
    this.#begin(verb);
    const found = this.#lookUp(copyValue(this.#router.keyCode.checkLookup(key)));
    return found === undefined ? undefined : this.#show(found.values);
  }

  /** The row with this key as the transaction sees it. */
  #lookUp(key: Key): { readonly source: Source; readonly values: RowValues } | undefined {
    const source = this.#router.sourceOfKey(key);
    if (source === undefined) return undefined;
    this.#state.home.enterKey(this.#router, source, key);
    const values = this.#valuesAt(source, key);
    return values === undefined ? undefined : { source, values };
  }

  #valuesAt(source: Source, key: Key): RowValues | undefined {
    const held = this.#overlay.get(key);
    if (held !== undefined) return held.values;
    const row = this.#state.read(this.#router, source, key) as Row | undefined;
    return row === undefined ? undefined : this.#valuesOf(row, key);
  }

  /** A stored row by ordinal, as far as it is shown. */
  #valuesOf(row: Row, key: Key): RowValues {
    const { schema, keyCode } = this.#router;
    const values = schema.columns.map((column) => (isVisible(column) ? row[column.name] : undefined));
    const parts = keyCode.columns.length === 1 ? [key] : (key as readonly unknown[]);
    for (const [at, { ordinal }] of keyCode.columns.entries()) values[ordinal] = parts[at];
    return values;
  }

  /** The key of a row that was read, `undefined` where it does not show it. */
  #keyOf(row: Row): Key {
    const parts = this.#router.keyCode.columns.map(({ name }) => row[name]);
    if (parts.includes(undefined)) return undefined;
    return parts.length === 1 ? parts[0] : parts;
  }

  #patch(source: Source, key: Key, before: RowValues, patch: Patch): object {
    const router = this.#router;
    const { key: keyOrdinals, routing, columns } = router.schema;
    const values = [...before];
    for (const [at, ordinal] of patch.ordinals.entries()) {
      const isFixed = ordinal === routing || keyOrdinals.includes(ordinal);
      if (isFixed && !equalValues(columns[ordinal]!.kind, before[ordinal], patch.values[at])) throw this.#immutable();
      values[ordinal] = patch.values[at];
    }
    if (this.#version >= 0) values[this.#version] = this.#nextVersion(before);
    this.#state.hold({ kind: 'update', router, source, key, patch, ifVersion: undefined }, this.#unitsOf(values));
    this.#overlay.set(key, values);
    return this.#show(values);
  }

  #remove(source: Source, key: Key): void {
    this.#state.hold({ kind: 'delete', router: this.#router, source, key }, 0);
    this.#overlay.set(key, undefined);
  }

  /** Watches the rows that match, but for those that the transaction has written itself. */
  #watch(where: Predicate | undefined): Source {
    const source = this.#state.home.enterWhere(this.#router, where);
    this.#state.watch(this.#router, source, this.#overlay.without(where));
    return source;
  }

  /** The rows that match, stored or held, with their keys. */
  async #rowsToChange(verb: string, where: Predicate | undefined) {
    const source = this.#watch(where);
    const held = this.#overlay.matching(where);
    const { columns } = this.#router.schema;
    const shown = columns.filter((column) => isVisible(column) || column.role === 'hiddenKey');
    const plan: FindPlan = {
      ...this.#stored(where === undefined ? {} : { where }),
      select: shown.map(({ name }) => name),
    };
    const stored = (await this.#rows(this.#router.find(plan, runsOf(this.#pace)))) as Row[];
    this.#begin(verb);
    const found = stored.map((row) => ({ key: this.#keyOf(row), values: this.#valuesOf(row, this.#keyOf(row)) }));
    return { source, rows: [...found, ...held] };
  }

  /** What is to be asked of the stored rows. */
  #stored<P extends FindPlan | AggregatePlan>(plan: P): P {
    const where = this.#overlay.without(plan.where);
    return where === undefined ? plan : { ...plan, where };
  }

  /** Stored rows and those held, as one answer. */
  #find(plan: FindPlan): RowWork {
    const router = this.#router;
    const runs = runsOf(this.#pace);
    if (this.#overlay.size === 0) return router.find(plan, runs);
    const { offset = 0, limit = Infinity, orderBy, select, where } = plan;
    const held = this.#overlay.matching(where).map(({ values }) => this.#show(values));
    const { select: _, offset: __, limit: ___, ...whole } = plan;
    const stored = router.find(
      { ...this.#stored(whole), ...(limit === Infinity ? {} : { limit: offset + limit }) },
      runs,
    );
    const all = orderBy === undefined ? undefined : (rowOrder(router.schema.columns, orderBy) as Comparison);
    if (all !== undefined) held.sort(all);
    const works = [stored, handedOut(held)];
    const merged = all === undefined ? chainRows(works, offset, limit) : mergeRows(works, all, { offset, limit });
    return select === undefined ? merged : onlySelected(merged, select);
  }

  #partialOfHeld(plan: AggregatePlan): AggregatePartial | undefined {
    if (this.#overlay.size === 0) return undefined;
    const { schema } = this.#router;
    const rows = this.#overlay.matching(plan.where).map(({ values }) => values);
    const partial = new AggregatePartial(aggregateShape(schema, plan));
    const naive = new NaiveAggregate(schema, plan, readersOf(schema, rows), partial);
    for (const row of rows.keys()) naive.add(row);
    return partial;
  }

  async #rows(work: RowWork): Promise<object[]> {
    const batches: object[][] = [];
    try {
      for (;;) {
        const batch = await driveBatch(work, this.#pace, this.#call);
        if (batch === undefined) break;
        batches.push(batch);
      }
    } finally {
      work.return();
    }
    return batches.length < 2 ? (batches[0] ?? []) : this.#drive(joinInSlices(batches, this.#pace.slice));
  }

  #drive<T>(work: Work<T>): Promise<T> {
    return drive(work, this.#pace, this.#call);
  }

  #show(values: RowValues): object {
    return this.#router.rowCode.show(copyValues(values));
  }

  #nextVersion(before: RowValues): number {
    const version = before[this.#version] as number;
    return version === VERSION_MAX ? 1 : version + 1;
  }

  #requireVersion(key: Key, before: RowValues, expected: number | undefined): void {
    if (expected === undefined || before[this.#version] === expected) return;
    const { name } = this.type;
    const actual = before[this.#version] as number;
    throw new WeftError(
      'VERSION_CONFLICT',
      `${name} with ${this.#router.keyCode.describe(key)} has version ${actual}, not ${expected}.`,
      { details: { type: name, expected, actual } },
    );
  }

  #keyExists(key: Key): WeftError {
    const described = this.#router.keyCode.describe(key);
    const { name } = this.type;
    return new WeftError('KEY_EXISTS', `${name} with ${described} exists, and the write said onConflict: 'fail'.`, {
      details: { type: name, key: described },
    });
  }

  #immutable(): WeftError {
    const { name, columns, key, routing } = this.type.schema;
    const names = [...new Set([...key, routing])].map((ordinal) => columns[ordinal]!.name).join(', ');
    return new WeftError(
      'ROUTING_IMMUTABLE',
      `${name}: the key and the routing value of a row (${names}) never change.`,
      { details: { type: name, columns: names } },
    );
  }
}

type Comparison = (a: object, b: object) => number;

function* handedOut(rows: object[]): RowWork {
  if (rows.length > 0) yield rows;
}
