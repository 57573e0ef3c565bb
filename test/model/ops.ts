import fc from 'fast-check';
import type { ErrorCode } from '@weft/base';
import type { AnyType, ColumnSchema } from '@weft/data';
import type { Question, Relation, Test } from './condition.ts';
import type { AggregateOf } from './model-aggregate.ts';
import type { Row } from './model-table.ts';
import { aggregateOf, orderOf, questionOf, stepsOf, visibleColumns, windowOf } from './question-arbitraries.ts';
import type { Step } from './steps.ts';
import { valueOf } from './value-arbitraries.ts';

/** A call as plain data. `local` calls the synchronous handle. */
export type Op = { readonly local: boolean } & (
  | {
      readonly verb: 'write';
      readonly row: Row;
      readonly id: KeyPick;
      readonly onConflict?: 'replace' | 'fail' | undefined;
    }
  | {
      readonly verb: 'writeMany';
      readonly rows: readonly { readonly row: Row; readonly id: KeyPick }[];
      readonly source: Source;
      readonly onConflict?: 'replace' | 'fail' | undefined;
      readonly onError?: 'stop' | 'all' | 'each' | undefined;
      /** Position of a row that names a column which the type does not have. */
      readonly spoilt?: number | undefined;
    }
  | { readonly verb: 'get' | 'getOrThrow' | 'delete'; readonly key: KeyPick }
  | { readonly verb: 'getMany'; readonly keys: readonly KeyPick[] }
  | { readonly verb: 'read' | 'count' | 'deleteMany'; readonly where: Question }
  | ({ readonly verb: 'find' } & FindOp)
  | {
      readonly verb: 'update';
      readonly key: KeyPick;
      readonly patch: Row;
      readonly ifVersion: 'none' | 'right' | 'wrong';
    }
  | { readonly verb: 'change'; readonly where: Question; readonly steps: readonly Step[] }
  | { readonly verb: 'changeOne'; readonly key: KeyPick; readonly steps: readonly Step[] }
  | { readonly verb: 'clear' }
  | { readonly verb: 'aggregate'; readonly question: AggregateOf }
  | { readonly verb: 'explain'; readonly of: 'find' | 'count' | 'aggregate'; readonly question: AggregateOf }
  | { readonly verb: 'refused'; readonly refusal: Refusal }
);

export type Source = 'array' | 'iterable' | 'async';

/** One of the keys that the model knows, or of the type's key values. */
export interface KeyPick {
  /** 0 is none of them: a new row, or one that never was. */
  readonly at: number;
  /** Key and routing values, for types whose keys are given by the user. */
  readonly key: Row;
}

export interface FindOp {
  readonly where: Question;
  readonly select?: readonly string[] | undefined;
  readonly orderBy?: Readonly<Record<string, 'asc' | 'desc'>> | undefined;
  readonly limit?: number;
  readonly offset?: number;
  /** Rows after which iteration breaks off; awaited whole where absent. */
  readonly iterate?: number | undefined;
}

/** A call that is wrong whatever the rows are, and the code that says so. */
export interface Refusal {
  readonly name: string;
  readonly code: ErrorCode;
}

export function opsOf(type: AnyType, refusals: readonly Refusal[], length: number): fc.Arbitrary<Op[]> {
  return fc.array(opOf(type, refusals), { minLength: 1, maxLength: length, size: 'max' });
}

function opOf(type: AnyType, refusals: readonly Refusal[]): fc.Arbitrary<Op> {
  const columns = visibleColumns(type);
  const { schema } = type;
  const isHidden = schema.columns[schema.key[0]!]!.role === 'hiddenKey';
  const where = questionOf(columns);
  const key = keyPickOf(type);
  const row = fc.record({ row: inputOf(type), id: key });
  const onConflict = fc.option(fc.constantFrom('replace' as const, 'fail' as const), { nil: undefined, freq: 1 });
  const find = fc.tuple(
    fc.record({
      where,
      select: fc.option(
        fc.subarray(
          columns.map(({ name }) => name),
          { minLength: 1 },
        ),
        { nil: undefined },
      ),
      orderBy: orderOf(columns),
      iterate: fc.option(fc.nat(8), { nil: undefined, freq: 1 }),
    }),
    windowOf(),
  );
  const keyed: Weighted[] = [
    [3, op('get', { key })],
    [1, op('getOrThrow', { key })],
    [1, op('getMany', { keys: fc.array(key, { maxLength: 5 }) })],
    [3, op('delete', { key })],
    [6, op('update', { key, patch: patchOf(type), ifVersion: fc.constantFrom('none', 'none', 'right', 'wrong') })],
    [3, op('changeOne', { key, steps: stepsOf(type) })],
  ];
  const common: Weighted[] = [
    [
      10,
      fc
        .tuple(row, onConflict, fc.boolean())
        .map(
          ([{ row: given, id }, conflict, local]) =>
            ({ verb: 'write', row: given, id, onConflict: conflict, local }) as Op,
        ),
    ],
    [
      6,
      op('writeMany', {
        rows: fc.array(row, { maxLength: 8 }),
        source: fc.constantFrom('array', 'iterable', 'async'),
        onConflict,
        onError: fc.constantFrom(undefined, 'stop', 'all', 'each'),
        spoilt: fc.option(fc.nat(7), { nil: undefined, freq: 1 }),
      }),
    ],
    [2, op('read', { where })],
    [
      8,
      fc
        .tuple(find, fc.boolean())
        .map(([[rest, window], local]) => ({ verb: 'find', local, ...rest, ...window }) as Op),
    ],
    [4, indexedFindOf(type)],
    [3, op('count', { where })],
    [6, op('change', { where, steps: stepsOf(type) })],
    [2, op('deleteMany', { where })],
    [1, op('clear', {})],
    [6, op('aggregate', { question: aggregateOf(columns) })],
    [2, op('explain', { of: fc.constantFrom('find', 'count', 'aggregate'), question: aggregateOf(columns) })],
    [1, op('refused', { refusal: fc.constantFrom(...refusals) })],
  ];
  return fc.oneof(...(isHidden ? common : [...common, ...keyed]).map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

/** A find that an index may answer: equal in its first columns, in the order of the next, or in a range of it. */
function indexedFindOf({ schema }: AnyType): fc.Arbitrary<Op> {
  return fc.constantFrom(...schema.indexes).chain((index) => {
    const columns = index.columns.map((ordinal) => schema.columns[ordinal]!);
    const test = (column: ColumnSchema, relation: fc.Arbitrary<Relation>): fc.Arbitrary<Test> =>
      fc.record({ op: relation, column: fc.constant(column.name), value: valueOf(column.kind) });
    return fc.integer({ min: 0, max: columns.length }).chain((fixed) => {
      const rest = columns.slice(fixed);
      const args = fc.tuple(
        fc.tuple(...columns.slice(0, fixed).map((column) => test(column, fc.constant('eq')))),
        fc.array(test(rest[0] ?? columns[0]!, fc.constantFrom('lt', 'le', 'gt', 'ge')), { maxLength: 2 }),
      );
      const orderBy = fc
        .tuple(fc.nat(rest.length), fc.constantFrom('asc' as const, 'desc' as const))
        .map(([length, direction]) =>
          length === 0 ? undefined : Object.fromEntries(rest.slice(0, length).map(({ name }) => [name, direction])),
        );
      return fc.tuple(args, orderBy, windowOf(), fc.boolean()).map(([[equal, ranges], order, window, local]): Op => ({
        verb: 'find',
        local,
        where: questionAll([...equal, ...ranges]),
        orderBy: order,
        ...window,
      }));
    });
  });
}

function questionAll(args: readonly Test[]): Question {
  return args.length === 0 ? undefined : { test: { op: 'and', args } };
}

type Weighted = [number, fc.Arbitrary<Op>];

function op(verb: Op['verb'], parts: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Op> {
  return fc.record({
    verb: fc.constant(verb),
    local: fc.boolean(),
    ...parts,
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Op>;
}

/** A row to write, without key and routing: those come from a pick. */
function inputOf(type: AnyType): fc.Arbitrary<Row> {
  return fc.record(
    Object.fromEntries(
      dataColumns(type).map((column) => [
        column.name,
        isLeftOut(column) ? fc.option(valueOf(column.kind), { nil: undefined, freq: 2 }) : valueOf(column.kind),
      ]),
    ),
  );
}

function patchOf(type: AnyType): fc.Arbitrary<Row> {
  const columns = dataColumns(type);
  const entry = fc
    .constantFrom(...columns)
    .chain((column) =>
      (column.optional ? fc.option(valueOf(column.kind)) : valueOf(column.kind)).map((value): [string, unknown] => [
        column.name,
        value,
      ]),
    );
  return fc.array(entry, { maxLength: 3 }).map((entries) => Object.fromEntries(entries));
}

/** Few keys, so that they are met again. */
function keyPickOf(type: AnyType): fc.Arbitrary<KeyPick> {
  const key = fc.record(
    Object.fromEntries(
      placing(type)
        .filter(({ role }) => role !== 'generatedId')
        .map(({ name, kind }) => [name, kind.name === 'string' ? keyTexts : valueOf(kind)]),
    ),
  );
  return fc.record({ at: fc.nat(12), key });
}

// The last is longer than KEY_BYTES_MAX.
const keyTexts = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('a', 'b', '', 'é', '\u{10000}', 'k'.repeat(300)) },
  { weight: 1, arbitrary: fc.constant('x'.repeat(1100)) },
);

/** The columns that say which row it is and where it lives. */
export function placing({ schema }: AnyType): readonly ColumnSchema[] {
  return schema.columns.filter(
    ({ ordinal, role }) => role !== 'hiddenKey' && (schema.key.includes(ordinal) || schema.routing === ordinal),
  );
}

function dataColumns(type: AnyType): readonly ColumnSchema[] {
  const placed = placing(type);
  return type.schema.columns.filter(
    (column) => column.role === 'data' && !placed.includes(column) && column.name !== 'serial',
  );
}

function isLeftOut(column: ColumnSchema): boolean {
  return column.optional || column.default !== undefined;
}
