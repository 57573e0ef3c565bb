/**
 * Random evolutions of random small types among random calls through the handles of all declarations there have been, against
 * a naive model.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, createGrid, max, sum, WeftError, type Grid } from 'weft';
import { Model, Outdated, Overflow, type Leaf, type Question, type Row } from './model.ts';
import { changed, changeNames, firstSpec, valueOf, type ColumnSpec, type TypeSpec } from './spec.ts';

/** Half as many sequences over both partition counts together: each is long. */
const RUNS = Math.min(Number(process.env['WEFT_RUNS'] ?? 200), 3000);
const IDS = 4;

// Without bias: small numbers would draw the same few columns and values again and again.
const pick = fc.noBias(fc.nat(1_000));
const picks = fc.array(pick, { minLength: 8, maxLength: 8 });
const verbs = [
  ...(['write', 'write', 'write', 'write', 'write', 'update', 'update', 'get', 'find', 'find'] as const),
  ...(['count', 'count', 'aggregate', 'aggregate', 'change', 'delete', 'deleteMany'] as const),
];
const call = fc.record({
  verb: fc.constantFrom(...verbs),
  handle: fc.noBias(fc.nat(5)),
  id: fc.noBias(fc.nat(IDS - 1)),
  picks,
});
const change = fc.record({ what: fc.constantFrom(...changeNames), pick, kind: pick });
const evolve = fc.record({
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
  back: fc.constantFrom(false, false, false, true),
  meanwhile: fc.array(call, { maxLength: 2 }),
});
const act = fc.oneof({ arbitrary: call, weight: 8 }, { arbitrary: evolve, weight: 1 });

type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;
type Evolve = typeof evolve extends fc.Arbitrary<infer T> ? T : never;

// Three partitions keep a log of it all.
test.each([1, 3])('handles of two declarations over %i partition(s) answer as the model does', async (partitions) => {
  const sequence = fc.record({
    first: fc.array(pick, { minLength: 1, maxLength: 4 }),
    acts: fc.array(act, { minLength: 24, maxLength: 48 }),
  });
  await fc.assert(
    fc.asyncProperty(sequence, async ({ first, acts }) => {
      const spec = firstSpec(first);
      const log = partitions === 3 ? ({ durability: 'memory' } as const) : {};
      const grid = await createGrid({ types: [spec.type], partitions, poison: true, segmentBytes: 16 << 20, ...log });
      try {
        const both = new Both(grid, spec);
        for (const step of acts) {
          await ('verb' in step ? both.call(step) : both.evolve(step));
          both.compareAll();
        }
      } finally {
        await grid.close();
      }
    }),
    { numRuns: Math.ceil(RUNS / 4) },
  );
});

interface Handle {
  readonly spec: TypeSpec;
  readonly verbs: Verbs;
}

type Verbs = ReturnType<typeof verbsOf>;

/** The synchronous handle without its types: they are random. */
function verbsOf(grid: Grid, { type }: TypeSpec) {
  return grid.local(type) as unknown as {
    write(row: object): Row;
    get(key: number): Row | undefined;
    update(key: number, patch: object): Row | undefined;
    delete(key: number): boolean;
    find(where: unknown, shape: object): Row[];
    count(where: unknown): number;
    aggregate(request: object): Row[];
    change(where: unknown, change: unknown): number;
    deleteMany(where: unknown): number;
  };
}

type Outcome = { readonly value: unknown } | { readonly code: string };

class Both {
  readonly #grid: Grid;
  readonly #model: Model;
  readonly #handles: Handle[];
  /** The declaration before the stored one. */
  #before: TypeSpec | undefined;

  constructor(grid: Grid, spec: TypeSpec) {
    this.#grid = grid;
    this.#model = new Model(spec);
    this.#handles = [{ spec, verbs: verbsOf(grid, spec) }];
  }

  async evolve({ changes, back, meanwhile }: Evolve): Promise<void> {
    const from = this.#model.spec;
    const to = this.#known(back && this.#before !== undefined ? this.#before : changed(from, changes));
    if (to.type.schema.fingerprint === from.type.schema.fingerprint) return;
    if (!this.#model.canGoTo(to)) {
      await expect(this.#grid.evolve(to.type)).rejects.toMatchObject({ code: 'EVOLUTION_REFUSED' });
      return;
    }
    const isNew = to !== this.#before;
    const evolving = this.#grid.evolve(to.type);
    // What a call meanwhile fails on is to be told first.
    evolving.catch(() => undefined);
    // Of the way back nobody sees when it was made: both declarations are served before and after.
    for (const step of isNew ? meanwhile : []) {
      if (this.#isServed(to)) this.#follow(to);
      this.call(step);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await evolving;
    this.#follow(to);
    if (!this.#handles.some(({ spec }) => spec === to))
      this.#handles.push({ spec: to, verbs: verbsOf(this.#grid, to) });
  }

  /** The same declaration may be made twice. */
  #known(made: TypeSpec): TypeSpec {
    const { fingerprint } = made.type.schema;
    return this.#handles.find(({ spec }) => spec.type.schema.fingerprint === fingerprint)?.spec ?? made;
  }

  /** Goes over with the model, once the grid has. */
  #follow(to: TypeSpec): void {
    if (this.#model.spec === to) return;
    this.#before = this.#model.spec;
    this.#model.goTo(to);
  }

  #isServed(to: TypeSpec): boolean {
    const outcome = outcomeOf(() => this.#grid.local(to.type).count());
    if ('code' in outcome) expect(['TYPE_CONFLICT', 'DECLARATION_OUTDATED']).toContain(outcome.code);
    return 'value' in outcome;
  }

  call({ verb, handle: at, id, picks: numbers }: Call): void {
    const handle = this.#handles.at(-[1, 1, 1, 2, 2, 3][at]!) ?? this.#handles.at(-1)!;
    const { spec, verbs: real } = handle;
    if (spec !== this.#model.spec && spec !== this.#before) {
      expect(outcomeOf(() => real.get(id))).toEqual({ code: 'DECLARATION_OUTDATED' });
      return;
    }
    const draw = drawer(numbers);
    const model = this.#model;
    switch (verb) {
      case 'write': {
        const row = rowOf(spec, draw);
        return same(
          () => real.write({ id, ...row }),
          () => model.write(spec, id, row),
        );
      }
      case 'update': {
        const patch = patchOf(spec, draw);
        return same(
          () => real.update(id, patch),
          () => model.update(spec, id, patch),
        );
      }
      case 'get':
        return same(
          () => real.get(id),
          () => (model.rows.has(id) ? model.view(spec, id) : undefined),
        );
      case 'delete':
        return same(
          () => real.delete(id),
          () => model.rows.delete(id),
        );
      default:
        this.#ask(verb, handle, draw, id);
    }
  }

  #ask(verb: Call['verb'], { spec, verbs: real }: Handle, draw: Draw, id: number): void {
    const model = this.#model;
    const question = questionOf(spec, draw);
    const where = whereOf(question);
    const column = spec.columns[draw(spec.columns.length)];
    switch (verb) {
      case 'find': {
        const names = ['id', ...spec.columns.map(({ name }) => name)].filter(() => draw(2) === 0);
        const shape = { orderBy: { id: 'asc' }, ...(names.length === 0 ? {} : { select: names }) };
        const wanted = names.length === 0 ? undefined : names;
        return same(
          () => real.find(where, shape),
          () => model.matching(question).map((row) => model.view(spec, row, wanted)),
        );
      }
      case 'count':
        return same(
          () => real.count(where),
          () => model.matching(question).length,
        );
      case 'aggregate':
        return this.#aggregate(spec, real, question, column);
      case 'change': {
        if (column === undefined) return;
        const isInc = column.kind.startsWith('int') && draw(2) === 0;
        if (isInc) {
          const step = column.kind === 'int64' ? 1n : 1;
          const make = (c: { inc(name: string, by: unknown): unknown }): unknown => c.inc(column.name, step);
          return same(
            () => real.change({ id }, make),
            () => inOneRow(model, spec, id, column),
          );
        }
        const value = valueOf(column, draw(10));
        const make = (c: { set(name: string, value: unknown): unknown }): unknown => c.set(column.name, value);
        return same(
          () => real.change(where ?? {}, make),
          () => model.change(spec, question, column, value),
        );
      }
      default:
        return same(
          () => real.deleteMany(where ?? {}),
          () => model.matching(question).filter((row) => model.rows.delete(row)).length,
        );
    }
  }

  #aggregate(spec: TypeSpec, real: Verbs, question: Question, column: ColumnSpec | undefined): void {
    const model = this.#model;
    const where = whereOf(question);
    if (column === undefined) return;
    const isInteger = column.kind.startsWith('int');
    const select = {
      n: count(),
      held: count(column.name),
      top: max(column.name),
      ...(isInteger ? { all: sum(column.name) } : {}),
    };
    same(
      () => real.aggregate({ ...(where === undefined ? {} : { where }), select }),
      () => {
        const ids = model.matching(question);
        const held = ids
          .map((id) => model.view(spec, id, [column.name])[column.name])
          .filter((value) => value !== undefined);
        const all =
          isInteger && held.length > 0 ? { all: held.reduce(added, 0n) } : isInteger ? { all: undefined } : {};
        return [{ n: ids.length, held: held.length, top: topOf(held), ...all }];
      },
    );
    same(
      () =>
        real.aggregate({ ...(where === undefined ? {} : { where }), by: [column.name], select: { n: count() } }).length,
      () => new Set(model.matching(question).map((id) => model.view(spec, id, [column.name])[column.name])).size,
    );
  }

  compareAll(): void {
    for (const { spec, verbs: real } of this.#handles) {
      if (spec !== this.#model.spec && spec !== this.#before) continue;
      for (let id = 0; id < IDS; id++)
        same(
          () => real.get(id),
          () => (this.#model.rows.has(id) ? this.#model.view(spec, id) : undefined),
        );
    }
  }
}

type Draw = (below: number) => number;

/** Draws from the numbers of one step, round and round. */
function drawer(numbers: readonly number[]): Draw {
  let at = 0;
  return (below) => (below < 1 ? 0 : (numbers[at++ % numbers.length]! + Math.floor(at / numbers.length)) % below);
}

function rowOf({ columns }: TypeSpec, draw: Draw): Row {
  const given = columns.filter((column) => !(column.optional || column.default !== undefined) || draw(3) > 0);
  return Object.fromEntries(given.map((column) => [column.name, valueOf(column, draw(10))]));
}

function patchOf({ columns }: TypeSpec, draw: Draw): Row {
  const given = columns.filter(() => draw(2) === 0);
  return Object.fromEntries(
    given.map((column) => [column.name, column.optional && draw(3) === 0 ? null : valueOf(column, draw(10))]),
  );
}

function questionOf({ columns }: TypeSpec, draw: Draw): Question {
  const leaves: Leaf[] = [];
  for (let n = draw(3); n > 0 && columns.length > 0; n--) {
    const column = columns[draw(columns.length)]!;
    const op = (['eq', 'lt', 'ge', 'isNull'] as const)[draw(4)]!;
    leaves.push({ column, op, value: valueOf(column, draw(10)), not: draw(2) === 0 });
  }
  return { join: draw(2) === 0 ? 'and' : 'or', leaves };
}

interface Ref {
  eq(value: unknown): Condition;
  lt(value: unknown): Condition;
  ge(value: unknown): Condition;
  isNull(): Condition;
}

interface Condition {
  not(): Condition;
  and(other: Condition): Condition;
  or(other: Condition): Condition;
}

function whereOf({ join, leaves }: Question): unknown {
  if (leaves.length === 0) return undefined;
  return (row: Record<string, Ref>) =>
    leaves
      .map(({ column, op, value, not }) => {
        const ref = row[column.name]!;
        const condition = op === 'isNull' ? ref.isNull() : ref[op](value);
        return not ? condition.not() : condition;
      })
      .reduce((all, condition) => all[join](condition));
}

/** Adds 1 to a column of one row. */
function inOneRow(model: Model, spec: TypeSpec, id: number, column: ColumnSpec): number {
  const held = model.rows.get(id);
  const others = model.rows;
  model.rows = new Map(held === undefined ? [] : [[id, held]]);
  try {
    return model.change(spec, { join: 'and', leaves: [] }, column, undefined);
  } finally {
    const after = model.rows.get(id);
    model.rows = others;
    if (after !== undefined) others.set(id, after);
  }
}

function added(total: unknown, value: unknown): bigint {
  return (total as bigint) + BigInt(value as number);
}

function topOf(values: readonly unknown[]): unknown {
  const ranks = ['x', 'y', 'z', 'w'];
  const isEnum = values.every((value) => ranks.includes(value as string));
  const after = (a: unknown, b: unknown): boolean =>
    isEnum ? ranks.indexOf(a as string) > ranks.indexOf(b as string) : (a as number) > (b as number);
  return values.reduce((top, value) => (top === undefined || after(value, top) ? value : top), undefined);
}

function same(real: () => unknown, model: () => unknown): void {
  const wanted = outcomeOf(model);
  expect(outcomeOf(real)).toEqual(wanted);
}

function outcomeOf(call: () => unknown): Outcome {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof Outdated) return { code: 'DECLARATION_OUTDATED' };
    if (error instanceof Overflow) return { code: 'NUMERIC_OVERFLOW' };
    if (WeftError.is(error)) return { code: error.code };
    throw error;
  }
}
