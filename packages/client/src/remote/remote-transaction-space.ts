import { WeftError } from '@weft/base';
import {
  compilePatch,
  resolveAggregate,
  resolveChange,
  resolveFind,
  resolveTarget,
  resolveWhere,
  rowCodeOf,
  type AnyType,
  type Key,
  type Patch,
  type RowValues,
} from '@weft/data';
import { keyList, patchObject, rowObject, updateOptions, writeOptions } from '../arguments.ts';
import { plainPatch, plainRow } from './plain-row.ts';
import type { RemoteTransaction } from './remote-transaction.ts';
import type { RemoteType } from './remote-type.ts';

/** The verbs of a type within a transaction that is open elsewhere. The static types are those of `TransactionSpace<T>`. */
export class RemoteTransactionSpace {
  readonly type: AnyType;
  readonly #remote: RemoteType;
  readonly #transaction: RemoteTransaction;
  readonly #patchOf: (patch: object) => Patch;

  constructor(type: RemoteType, transaction: RemoteTransaction) {
    this.type = type.type;
    this.#remote = type;
    this.#transaction = transaction;
    this.#patchOf = compilePatch(type.type.schema);
  }

  async write(row: object, options?: object): Promise<object> {
    this.#begin('write');
    const { onConflict, ttl } = writeOptions(this.type, options);
    const values: RowValues = this.type.schema.columns.map(() => undefined);
    rowCodeOf(this.type.schema).stage(rowObject(this.type, row), values);
    this.#enterRow(values);
    const args = { row: plainRow(this.type.schema, values), options: { onConflict, ttl } };
    return (await this.#ask('write', args)) as object;
  }

  async get(key: unknown): Promise<object | undefined> {
    return this.#get('get', key);
  }

  async getMany(keys: readonly unknown[]): Promise<(object | undefined)[]> {
    this.#begin('getMany');
    const checked = keyList(this.type, keys).map((key) => this.#enter(key));
    const { keyCode } = this.#remote.form;
    return (await this.#list('getMany', { keys: checked.map((key) => keyCode.shown(key)) })) as (object | undefined)[];
  }

  async getOrThrow(key: unknown): Promise<object> {
    const row = await this.#get('getOrThrow', key);
    if (row !== undefined) return row;
    const { keyCode } = this.#remote.form;
    throw new WeftError(
      'NOT_FOUND',
      `${this.type.name} with ${keyCode.describe(keyCode.checkLookup(key))} does not exist.`,
      {
        details: { type: this.type.name },
      },
    );
  }

  async read(where?: unknown): Promise<object | undefined> {
    this.#begin('read');
    const plan = resolveFind(this.type.schema, where);
    this.#transaction.enterWhere(this.#remote, plan.where);
    return (await this.#ask('read', { where: plan.where })) as object | undefined;
  }

  async find(where?: unknown, shape?: object): Promise<object[]> {
    this.#begin('find');
    const plan = resolveFind(this.type.schema, where, shape);
    this.#transaction.enterWhere(this.#remote, plan.where);
    return (await this.#list('find', { plan })) as object[];
  }

  async count(where?: unknown): Promise<number> {
    this.#begin('count');
    const predicate = resolveWhere(this.type, where);
    this.#transaction.enterWhere(this.#remote, predicate);
    return (await this.#ask('count', { where: predicate })) as number;
  }

  async aggregate(request: object): Promise<object[]> {
    this.#begin('aggregate');
    const plan = resolveAggregate(this.type.schema, request as never);
    this.#transaction.enterWhere(this.#remote, plan.where);
    return (await this.#list('aggregate', { plan })) as object[];
  }

  async update(key: unknown, patch: object, options?: object): Promise<object | undefined> {
    this.#begin('update');
    const { ifVersion, ttl } = updateOptions(this.type, options);
    const checked = this.#enter(key);
    const changes = this.#patchOf(patchObject(this.type, patch));
    const args = {
      key: this.#remote.form.keyCode.shown(checked),
      patch: plainPatch(this.type.schema, changes),
      options: { ifVersion, ttl },
    };
    return (await this.#ask('update', args)) as object | undefined;
  }

  async change(where: unknown, change: unknown): Promise<number> {
    this.#begin('change');
    const target = resolveTarget(this.type, where);
    const steps = resolveChange(this.type.schema, change);
    this.#transaction.enterWhere(this.#remote, target);
    return (await this.#ask('change', { where: target, steps })) as number;
  }

  async delete(key: unknown): Promise<boolean> {
    this.#begin('delete');
    const checked = this.#enter(key);
    return (await this.#ask('delete', { key: this.#remote.form.keyCode.shown(checked) })) as boolean;
  }

  async deleteMany(where: unknown): Promise<number> {
    this.#begin('deleteMany');
    const target = resolveTarget(this.type, where);
    this.#transaction.enterWhere(this.#remote, target);
    return (await this.#ask('deleteMany', { where: target })) as number;
  }

  #begin(verb: string): void {
    this.#transaction.check(`${this.type.name}.${verb}`);
  }

  #ask(verb: string, args: object): Promise<unknown> {
    return this.#transaction.verb(this.#remote, verb, args);
  }

  /** However long it is. */
  #list(verb: string, args: object): Promise<unknown[]> {
    return this.#transaction.list(this.#remote, verb, args);
  }

  async #get(verb: string, key: unknown): Promise<object | undefined> {
    this.#begin(verb);
    const checked = this.#enter(key);
    return (await this.#ask('get', { key: this.#remote.form.keyCode.shown(checked) })) as object | undefined;
  }

  #enter(key: unknown): Key {
    const { keyCode } = this.#remote.form;
    const checked = keyCode.checkLookup(key);
    const slot = keyCode.slotOf(checked);
    if (slot >= 0) this.#transaction.enterKey(this.#remote, slot, checked);
    return checked;
  }

  /** A row whose place is for Weft to choose goes where the others are. */
  #enterRow(values: RowValues): void {
    const { schema } = this.type;
    const { keyCode } = this.#remote.form;
    const routing = values[schema.routing];
    if (routing !== undefined)
      this.#transaction.enterKey(this.#remote, keyCode.slotOfRouting(routing), keyCode.of(values));
  }
}
