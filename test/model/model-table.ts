import { KEY_BYTES_MAX, slotOf, slotOfId, type AnyType, type ColumnSchema, type TypeSchema } from '@weft/data';
import { matching, type Question } from './condition.ts';
import { ModelError } from './model-error.ts';
import { changed, type Step } from './steps.ts';
import { normal, textOf } from './values.ts';

/** A row as users see it. Never changed: a new one takes its place, so that old states can be kept. */
export type Row = Readonly<Record<string, unknown>>;

/** What becomes of a row that a change meets: the new row, or the error. */
export interface Planned {
  readonly identity: string;
  readonly old: Row;
  readonly outcome: Row | ModelError;
}

/** A typed table in the plainest way: a map of rows, and every question asked of every row. */
export class ModelTable {
  readonly columns: readonly ColumnSchema[];
  readonly #schema: TypeSchema;
  readonly #identity: readonly string[];
  readonly #hasVersion: boolean;
  readonly #isUnique: boolean;
  readonly #isIdPlaced: boolean;
  #rows = new Map<string, Row>();
  /** Every id that was ever stored: they are asked for again after their rows are gone. */
  readonly ids: string[] = [];

  constructor({ schema }: AnyType) {
    this.#schema = schema;
    this.columns = schema.columns.filter(({ role }) => role === 'data' || role === 'generatedId' || role === 'version');
    const key = schema.key.map((ordinal) => schema.columns[ordinal]!);
    const routing = schema.columns[schema.routing]!;
    this.#isIdPlaced = key[0]!.role === 'generatedId' && routing !== key[0];
    this.#identity =
      key[0]!.role === 'hiddenKey'
        ? ['serial']
        : (this.#isIdPlaced ? key : [...new Set([...key, routing])]).map(({ name }) => name);
    this.#isUnique = schema.indexes.some(({ kind }) => kind === 'unique');
    this.#hasVersion = this.columns.some(({ role }) => role === 'version');
  }

  get rows(): readonly Row[] {
    return [...this.#rows.values()];
  }

  get size(): number {
    return this.#rows.size;
  }

  /** The row with the identity of `like`. */
  get(like: Row): Row | undefined {
    return this.#rows.get(this.identityOf(like));
  }

  identityOf(row: Row): string {
    return this.#identity.map((name) => textOf(row[name])).join();
  }

  has(identity: string): boolean {
    return this.#rows.has(identity);
  }

  matching(question: Question): Row[] {
    return matching(this.columns, question, this.rows);
  }

  /** What `write` of this input makes: the row, and whether it is new. Generated ids must be given. */
  write(input: Row, onConflict: 'replace' | 'fail' = 'replace'): { readonly row: Row; readonly isNew: boolean } {
    const row = this.#stored(input);
    if (this.#isIdPlaced) this.#checkPlace(row);
    if (this.#keyBytes(row) > KEY_BYTES_MAX) throw new ModelError('KEY_TOO_LARGE');
    const old = this.get(row);
    if (old !== undefined && onConflict === 'fail') throw new ModelError('KEY_EXISTS');
    const routing = this.#schema.columns[this.#schema.routing]!.name;
    if (old !== undefined && this.#isIdPlaced && old[routing] !== row[routing])
      throw new ModelError('ROUTING_IMMUTABLE');
    this.#checkUnique(row);
    const kept = this.#versioned(row, old);
    this.#put(kept);
    return { row: kept, isNew: old === undefined };
  }

  /** Does all of it or, where it throws, nothing. */
  whole<R>(act: () => R): R {
    const rows = new Map(this.#rows);
    const ids = [...this.ids];
    try {
      return act();
    } catch (error) {
      this.#rows = rows;
      this.ids.splice(0, this.ids.length, ...ids);
      throw error;
    }
  }

  /** The new row, `undefined` where there is none with this key. */
  update(key: Row, patch: Row, ifVersion?: number): Row | undefined {
    const old = this.get(key);
    if (old === undefined) return undefined;
    if (ifVersion !== undefined && old['version'] !== ifVersion) throw new ModelError('VERSION_CONFLICT');
    const next: Record<string, unknown> = { ...old };
    for (const { name, kind, role } of this.columns) {
      const value = patch[name];
      if (value === undefined || role === 'version') continue;
      next[name] = value === null ? undefined : normal(kind, value);
      if (this.#isFixed(name) && textOf(next[name]) !== textOf(old[name])) throw new ModelError('ROUTING_IMMUTABLE');
    }
    this.#checkUnique(next);
    const row = this.#versioned(next, old);
    this.#put(row);
    return row;
  }

  /** What a change would do to each row that matches. Nothing is changed: `adopt` does that. */
  plan(question: Question, steps: readonly Step[]): Planned[] {
    return this.matching(question).map((old) => ({
      identity: this.identityOf(old),
      old,
      outcome: this.#changedOrError(old, steps),
    }));
  }

  /** Takes over what happened to a row. */
  adopt(row: Row): void {
    this.#put(row);
  }

  /** Whether two rows have one value of a unique index, were `rows` put in place of those with their identities. */
  wouldClash(rows: readonly Row[]): boolean {
    if (!this.#isUnique) return false;
    const all = new Map(this.#rows);
    for (const row of rows) all.set(this.identityOf(row), row);
    return [...all.values()].some((row) =>
      [...all.values()].some((other) => other !== row && this.#clashes(row, other)),
    );
  }

  delete(key: Row): boolean {
    return this.#rows.delete(this.identityOf(key));
  }

  deleteMany(question: Question): number {
    const rows = this.matching(question);
    for (const row of rows) this.delete(row);
    return rows.length;
  }

  clear(): number {
    const { size } = this;
    this.#rows = new Map();
    return size;
  }

  /** Gives a row that was written under a provisional id its real one. */
  rename(provisional: Row, id: string): void {
    this.#rows.delete(this.identityOf(provisional));
    this.ids.splice(this.ids.indexOf(provisional['id'] as string), 1);
    this.#put({ ...provisional, id });
  }

  #stored(input: Row): Row {
    const row: Record<string, unknown> = {};
    for (const { name, kind, role, default: filling } of this.columns) {
      if (role === 'version') continue;
      const given = input[name] ?? filling;
      row[name] = given === undefined ? undefined : normal(kind, given);
    }
    return row;
  }

  #versioned(row: Row, old: Row | undefined): Row {
    if (!this.#hasVersion) return row;
    return { ...row, version: old === undefined ? 1 : (old['version'] as number) + 1 };
  }

  #changedOrError(old: Row, steps: readonly Step[]): Row | ModelError {
    try {
      return this.#versioned(changed(this.columns, old, steps), old);
    } catch (error) {
      if (error instanceof ModelError) return error;
      throw error;
    }
  }

  #put(row: Row): void {
    this.#rows.set(this.identityOf(row), row);
    const id = row['id'];
    if (typeof id === 'string' && !this.ids.includes(id)) this.ids.push(id);
  }

  /** A generated id says which slot it belongs to. */
  #checkPlace(row: Row): void {
    const id = row['id'] as string;
    if (id.startsWith(PROVISIONAL)) return;
    const slot = slotOfId(id);
    if (slot < 0) throw new ModelError('KEY_INVALID');
    const routing = this.#schema.columns[this.#schema.routing]!;
    if (slot !== slotOf(routing, row[routing.name])) throw new ModelError('ROUTING_IMMUTABLE');
  }

  #keyBytes(row: Row): number {
    const texts = this.#identity.map((name) => row[name]).filter((value) => typeof value === 'string');
    return texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);
  }

  #checkUnique(row: Row): void {
    if (!this.#isUnique) return;
    const identity = this.identityOf(row);
    for (const [other, held] of this.#rows)
      if (other !== identity && this.#clashes(row, held)) throw new ModelError('UNIQUE_VIOLATION');
  }

  #clashes(a: Row, b: Row): boolean {
    return this.#schema.indexes.some(({ kind, columns }) => {
      if (kind !== 'unique') return false;
      const names = columns.map((ordinal) => this.#schema.columns[ordinal]!.name);
      return names.every((name) => a[name] !== undefined && textOf(a[name]) === textOf(b[name]));
    });
  }

  #isFixed(name: string): boolean {
    const { columns, key, routing } = this.#schema;
    return [...key, routing].some((ordinal) => columns[ordinal]!.name === name);
  }
}

/** Begins the ids of rows whose real ids the test has still to learn. */
export const PROVISIONAL = 'provisional ';
