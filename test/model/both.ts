import { expect } from 'vitest';
import type { WeftError } from '@weft/base';
import type { AnyType, ColumnSchema } from '@weft/data';
import type { Grid } from 'weft';
import { expectGroups, expectSameRows, expectWindow } from './answers.ts';
import { attempt, conflictOption, requestOf, settle, sourceOf, type Outcome } from './calls.ts';
import { whereOf, type Question } from './condition.ts';
import { aggregated, answerColumns } from './model-aggregate.ts';
import { ModelError } from './model-error.ts';
import { ModelTable, PROVISIONAL, type Row } from './model-table.ts';
import { placing, type FindOp, type KeyPick, type Op } from './ops.ts';
import { refuse } from './refusals.ts';
import { changeOf, type Step } from './steps.ts';
import { normal, rowText } from './values.ts';

/** Their rows are not written all or none. */
const IS_OF_SEVERAL_HOSTS = process.env['WEFT_TEST_GRID'] === 'tcp-hosts';

type Verbs = Record<string, (...args: unknown[]) => unknown>;
type Of<V extends Op['verb']> = Extract<Op, { readonly verb: V }>;

/** A table and its model, given the same calls; every answer and error is compared. */
export class Both {
  readonly #type: AnyType;
  readonly #space: Verbs;
  readonly #local: Verbs;
  readonly #model: ModelTable;
  readonly #accounts = new Map<string, unknown>();
  readonly #placing: readonly string[];
  readonly #isIdPlaced: boolean;
  readonly #grid: Grid;
  #serial = 0;
  #evicted = 0;

  constructor(type: AnyType, grid: Grid) {
    this.#type = type;
    this.#grid = grid;
    this.#space = grid.space(type) as unknown as Verbs;
    this.#local = grid.local(type) as unknown as Verbs;
    this.#model = new ModelTable(type);
    this.#placing = placing(type).map(({ name }) => name);
    this.#isIdPlaced = placing(type).some(({ role }) => role === 'generatedId');
  }

  async run(op: Op): Promise<void> {
    switch (op.verb) {
      case 'write':
        return this.#write(op);
      case 'writeMany':
        return this.#writeMany(op);
      case 'get':
      case 'getOrThrow':
      case 'delete':
        return this.#byKey(op);
      case 'getMany':
        return this.#getMany(op);
      case 'read':
        return this.#read(op);
      case 'find':
        return this.#find(op);
      case 'count':
        expect(await this.#call(op, 'count', whereOf(op.where))).toEqual({
          value: this.#model.matching(op.where).length,
        });
        return;
      case 'update':
        return this.#update(op);
      case 'change':
        return this.#change(op, op.where, op.steps);
      case 'changeOne':
        return this.#change(op, { template: this.#keyRow(op.key) }, op.steps);
      case 'deleteMany':
        expect(await this.#call(op, 'deleteMany', whereOf(op.where) ?? {})).toEqual({
          value: this.#model.deleteMany(op.where),
        });
        return;
      case 'clear':
        expect(await this.#call(op, 'clear')).toEqual({ value: this.#model.clear() });
        return;
      case 'aggregate':
        return this.#aggregate(op);
      case 'explain':
        return this.#explain(op);
      case 'refused':
        return this.#refused(op);
    }
  }

  /** Compares all rows. */
  async compareAll(): Promise<void> {
    const rows = (await this.#space['find']!()) as object[];
    expectSameRows(rows, this.#model.rows);
    expect(await this.#space['count']!()).toBe(this.#model.size);
  }

  async #write(op: Of<'write'>): Promise<void> {
    const input = this.#input(op.row, op.id);
    const { value, error } = await this.#call(op, 'write', input, conflictOption(op));
    const given = value === undefined ? this.#provisional(input) : { ...input, ...this.#idOf(value as Row) };
    const expected = attempt(() => this.#model.write(given, op.onConflict).row);
    if (expected instanceof ModelError) return this.#expectError(error, expected);
    expect(error).toBe(undefined);
    expect(rowText(value as object)).toBe(rowText(expected));
    this.#remember(value as Row);
    await this.#letGo(expected);
  }

  /** Rows of a cache that went for the one just written: they are as many as were counted, and it is not among them. */
  async #letGo(written: Row): Promise<void> {
    const { evict } = this.#type.schema;
    if (evict === undefined) return;
    const { evicted, rows } = this.#grid.stats().types[0]!;
    const held = new Set(((await this.#space['find']!()) as Row[]).map((row) => this.#model.identityOf(row)));
    const gone = this.#model.rows.filter((row) => !held.has(this.#model.identityOf(row)));
    for (const row of gone) this.#model.delete(row);
    expect({ evicted: evicted - this.#evicted, rows }).toEqual({ evicted: gone.length, rows: this.#model.size });
    expect(this.#model.get(written)).toBe(written);
    // Each of up to three partitions holds its share, rounded up.
    expect(rows).toBeLessThanOrEqual(evict.maxRows! + 2);
    this.#evicted = evicted;
    await this.compareAll();
  }

  async #writeMany(op: Of<'writeMany'>): Promise<void> {
    if (this.#type.schema.evict !== undefined) {
      // Which rows were there when each was written is told by single writes only.
      for (const { row, id } of op.rows) await this.#write({ ...op, verb: 'write', row, id });
      return;
    }
    const inputs = op.rows.map(({ row, id }) => this.#input(row, id));
    const given = inputs.map((input, at) => (at === op.spoilt ? { ...input, nowhere: 1 } : input));
    const source = op.source === 'async' && op.local ? 'iterable' : op.source;
    const { onConflict, onError } = op;
    const outcome = await this.#call(op, 'writeMany', sourceOf(given, source), { onConflict, onError });
    if (onError === 'each') this.#wroteEach(inputs, op, outcome);
    else if (onError === 'all') await this.#wroteAll(inputs, op, outcome);
    else await this.#wroteSome(inputs, op, outcome);
    await this.#learnIds();
  }

  async #wroteSome(inputs: readonly Row[], op: Of<'writeMany'>, { value, error }: Outcome): Promise<void> {
    const counts = { written: 0, inserted: 0, replaced: 0 };
    const expected = attempt(() => inputs.forEach((input, at) => this.#writeNext(input, at, op, counts)));
    if (!(expected instanceof ModelError)) return expect({ value, error }).toEqual({ value: counts, error: undefined });
    const { written } = counts;
    await this.#expectError(error, expected, () => expect(error?.details).toMatchObject({ row: written, written }));
  }

  /** All are checked before the first is written, so that of several bad rows another one may be named. */
  async #wroteAll(inputs: readonly Row[], op: Of<'writeMany'>, { value, error }: Outcome): Promise<void> {
    if (IS_OF_SEVERAL_HOSTS && error?.code === 'TRANSACTION_SPANS_PARTITIONS') {
      expect(error.details).toMatchObject({ written: 0 });
      return this.compareAll();
    }
    const counts = { written: 0, inserted: 0, replaced: 0 };
    const expected = attempt(() =>
      this.#model.whole(() => inputs.forEach((input, at) => this.#writeNext(input, at, op, counts))),
    );
    if (!(expected instanceof ModelError)) return expect({ value, error }).toEqual({ value: counts, error: undefined });
    expect(error?.details).toMatchObject({ written: 0 });
    if (error?.details['row'] === counts.written) expect(error.code).toBe(expected.code);
    await this.compareAll();
  }

  #wroteEach(inputs: readonly Row[], op: Of<'writeMany'>, { value, error }: Outcome): void {
    const counts = { written: 0, inserted: 0, replaced: 0 };
    const refused = inputs.flatMap((input, index) => {
      const expected = attempt(() => this.#writeNext(input, index, op, counts));
      return expected instanceof ModelError ? [{ index, code: expected.code }] : [];
    });
    expect(error).toBe(undefined);
    const { rejected, ...told } = value as typeof counts & { rejected: { index: number; error: WeftError }[] };
    expect([told, rejected.map(({ index, error: { code } }) => ({ index, code }))]).toEqual([counts, refused]);
  }

  #writeNext(
    input: Row,
    at: number,
    { onConflict, spoilt }: Of<'writeMany'>,
    counts: { written: number; inserted: number; replaced: number },
  ): void {
    if (at === spoilt) throw new ModelError('COLUMN_UNKNOWN');
    const { isNew } = this.#model.write(this.#provisional(input), onConflict);
    counts.written++;
    if (isNew) counts.inserted++;
    else counts.replaced++;
  }

  async #byKey(op: Of<'get' | 'getOrThrow' | 'delete'>): Promise<void> {
    const row = this.#keyRow(op.key);
    const { value, error } = await this.#call(op, op.verb, this.#keyOf(row));
    const held = this.#model.get(row);
    if (op.verb === 'delete') expect({ value, error }).toEqual({ value: this.#model.delete(row), error: undefined });
    else if (held === undefined && op.verb === 'getOrThrow') expect(error?.code).toBe('NOT_FOUND');
    else expectSameRows(value === undefined ? [] : [value as object], held === undefined ? [] : [held]);
  }

  async #getMany(op: Of<'getMany'>): Promise<void> {
    const rows = op.keys.map((key) => this.#keyRow(key));
    const { value } = await this.#call(
      op,
      'getMany',
      rows.map((row) => this.#keyOf(row)),
    );
    const texts = (value as (object | undefined)[]).map((row) => row && rowText(row));
    expect(texts).toEqual(rows.map((row) => this.#model.get(row)).map((row) => row && rowText(row)));
  }

  async #read(op: Of<'read' | 'count' | 'deleteMany'>): Promise<void> {
    const { value } = await this.#call(op, 'read', whereOf(op.where));
    expectWindow(value === undefined ? [] : [value as object], this.#model.matching(op.where), this.#model.columns, {
      limit: 1,
    });
  }

  async #find(op: Of<'find'>): Promise<void> {
    const { select, orderBy, limit, offset, iterate } = op;
    const shape = { select, orderBy, limit, offset };
    const window = { ...shape, limit: op.local ? limit : smaller(limit, iterate) };
    const rows =
      op.local || iterate === undefined
        ? (await this.#call(op, 'find', whereOf(op.where), shape)).value
        : await this.#iterate(op, shape, iterate);
    expectWindow(rows as object[], this.#model.matching(op.where), this.#model.columns, window);
  }

  async #iterate(op: FindOp, shape: object, most: number): Promise<object[]> {
    const rows: object[] = [];
    if (most === 0) return rows;
    for await (const row of this.#space['find']!(whereOf(op.where), shape) as AsyncIterable<object>) {
      rows.push(row);
      if (rows.length === most) break;
    }
    return rows;
  }

  async #update(op: Of<'update'>): Promise<void> {
    const key = this.#keyRow(op.key);
    const held = this.#model.get(key);
    const version = held?.['version'] as number | undefined;
    const hasVersion = this.#model.columns.some(({ role }) => role === 'version');
    const ifVersion =
      op.ifVersion === 'none' || !hasVersion ? undefined : (version ?? 1) + (op.ifVersion === 'wrong' ? 1 : 0);
    const { value, error } = await this.#call(
      op,
      'update',
      this.#keyOf(key),
      op.patch,
      ifVersion === undefined ? undefined : { ifVersion },
    );
    const expected = attempt(() => this.#model.update(key, op.patch, ifVersion));
    if (expected instanceof ModelError) return this.#expectError(error, expected);
    expect(error).toBe(undefined);
    expectSameRows(value === undefined ? [] : [value as object], expected === undefined ? [] : [expected]);
  }

  /**
   * A change that meets an error stops there: rows before it are changed, but which those are is nobody's promise. So after an
   * error each row that matches must be either as it was or as it should have become.
   */
  async #change(op: Op, where: Question, steps: readonly Step[]): Promise<void> {
    const planned = this.#model.plan(where, steps);
    const refused = planned.flatMap(({ outcome }) => (outcome instanceof ModelError ? [outcome.code] : []));
    const mayClash = this.#model.wouldClash(
      planned.flatMap(({ outcome }) => (outcome instanceof ModelError ? [] : [outcome])),
    );
    const { value, error } = await this.#call(op, 'change', whereOf(where) ?? {}, changeOf(steps));
    if (error === undefined) {
      expect({ refused, mayClash, value }).toEqual({ refused: [], mayClash: false, value: planned.length });
      for (const { outcome } of planned) this.#model.adopt(outcome as Row);
      return;
    }
    expect([...refused, 'UNIQUE_VIOLATION']).toContain(error.code);
    const now = new Map(((await this.#space['find']!()) as Row[]).map((row) => [this.#model.identityOf(row), row]));
    for (const { identity, outcome } of planned) {
      if (!(outcome instanceof ModelError) && rowText(now.get(identity) ?? {}) === rowText(outcome))
        this.#model.adopt(outcome);
    }
    expect(this.#model.wouldClash([]), 'a unique index with two rows of one value').toBe(false);
    await this.compareAll();
  }

  async #aggregate(op: Of<'aggregate'>): Promise<void> {
    const { question } = op;
    const { value, error } = await this.#call(op, 'aggregate', requestOf(question));
    const expected = attempt(() => aggregated(this.#model.columns, this.#model.rows, question));
    if (expected instanceof ModelError) return this.#expectError(error, expected);
    expect(error).toBe(undefined);
    expectGroups(value as object[], expected, answerColumns(this.#model.columns, question), {
      orderBy: question.orderBy,
      limit: question.limit,
    });
  }

  async #explain({ of, question }: Of<'explain'>): Promise<void> {
    const matched = this.#model.matching(question.where).length;
    const answer =
      of === 'aggregate'
        ? this.#space[of]!(requestOf({ ...question, having: undefined }))
        : this.#space[of]!(whereOf(question.where));
    const explained = await (
      answer as {
        explain(): Promise<{ type: string; rowsMatched: number; rowsRead: number; partitions: { access: string }[] }>;
      }
    ).explain();
    expect(explained).toMatchObject({ type: this.#type.name, rowsMatched: matched });
    if (explained.partitions.every(({ access }) => access !== 'count'))
      expect(explained.rowsRead).toBeGreaterThanOrEqual(matched);
    expect(explained.rowsRead).toBeLessThanOrEqual(this.#model.size);
  }

  async #refused(op: Of<'refused'>): Promise<void> {
    const { error } = await settle(async () => refuse(op.refusal.name, op.local ? this.#local : this.#space));
    expect(error?.code).toBe(op.refusal.code);
    await this.compareAll();
  }

  async #call({ local }: Op, verb: string, ...args: unknown[]): Promise<Outcome> {
    return settle(async () => (local ? this.#local : this.#space)[verb]!(...args));
  }

  async #expectError(
    error: WeftError | undefined,
    expected: ModelError,
    more: () => void = () => undefined,
  ): Promise<void> {
    expect(error?.code).toBe(expected.code);
    more();
    if (!this.#isIdPlaced) await this.compareAll();
  }

  /** The row that an op writes: values, and where it belongs. */
  #input(row: Row, pick: KeyPick): Row {
    const serial = this.#model.columns.some(({ name }) => name === 'serial') ? { serial: this.#serial++ } : {};
    return { ...row, ...serial, ...this.#keyRow(pick) };
  }

  /** Key and routing values. A generated id is one that was seen, mostly with its own routing value, or none. */
  #keyRow({ at, key }: KeyPick): Row {
    const { ids, columns } = this.#model;
    if (!this.#isIdPlaced) return normalRow(columns, key);
    if (at === 0 || ids.length === 0) return key;
    const id = ids[at % ids.length]!;
    const account = this.#accounts.get(id);
    return { ...key, ...(at % 4 === 0 || account === undefined ? {} : { account }), id };
  }

  #keyOf(row: Row): unknown {
    if (this.#isIdPlaced) return row['id'] ?? UNKNOWN_ID;
    return this.#placing.length === 1 ? row[this.#placing[0]!] : row;
  }

  #idOf(row: Row): Row {
    return this.#isIdPlaced ? { id: row['id'] } : {};
  }

  #provisional(input: Row): Row {
    return this.#isIdPlaced && input['id'] === undefined ? { ...input, id: `${PROVISIONAL}${this.#serial++}` } : input;
  }

  #remember(row: Row): void {
    if (this.#isIdPlaced) this.#accounts.set(row['id'] as string, row['account']);
  }

  /** Rows written without an id are found by all their other values. */
  async #learnIds(): Promise<void> {
    if (!this.#isIdPlaced) return;
    const pending = this.#model.rows.filter((row) => (row['id'] as string).startsWith(PROVISIONAL));
    const fresh = ((await this.#space['find']!()) as Row[]).filter(
      (row) => !this.#model.has(this.#model.identityOf(row)),
    );
    expectSameRows(fresh.map(anonymous), pending.map(anonymous));
    for (const row of fresh) {
      const at = pending.findIndex((candidate) => rowText(anonymous(candidate)) === rowText(anonymous(row)));
      this.#model.rename(pending.splice(at, 1)[0]!, row['id'] as string);
      this.#remember(row);
    }
  }
}

/** An id of the right form that no row has: the last slot, the year 1970. */
const UNKNOWN_ID = '3ZZ00000000000000000';

function normalRow(columns: readonly ColumnSchema[], row: Row): Row {
  return Object.fromEntries(
    columns.filter(({ name }) => name in row).map(({ name, kind }) => [name, normal(kind, row[name])]),
  );
}

function anonymous({ id: _, ...row }: Row): Row {
  return row;
}

function smaller(limit: number | undefined, iterate: number | undefined): number | undefined {
  return iterate === undefined ? limit : Math.min(limit ?? Infinity, iterate);
}
