import { Decimal, type AggregateFn, type ColumnSchema } from '@weft/data';
import { matching, truth, type Question, type Test } from './condition.ts';
import { ModelError } from './model-error.ts';
import type { Row } from './model-table.ts';
import { compare, textOf } from './values.ts';

/** An aggregate as plain data. */
export interface AggregateOf {
  readonly by: readonly string[];
  readonly select: Readonly<Record<string, Output>>;
  readonly where: Question;
  readonly having?: Test | undefined;
  readonly orderBy?: Readonly<Record<string, 'asc' | 'desc'>> | undefined;
  readonly limit?: number | undefined;
}

export interface Output {
  readonly fn: AggregateFn;
  readonly column?: string | undefined;
}

/** A figure that depends on the order of additions, with the room that leaves. */
export class Approximate {
  readonly value: number;
  readonly tolerance: number;

  constructor(value: number, tolerance: number) {
    this.value = value;
    this.tolerance = tolerance;
  }
}

const INT64 = 2n ** 63n;

/** All groups that pass `having`, neither ordered nor cut. Throws a ModelError where a sum leaves its range. */
export function aggregated(columns: readonly ColumnSchema[], rows: readonly Row[], question: AggregateOf): Row[] {
  const { by, select, having } = question;
  const groups = new Map<string, Row[]>();
  if (by.length === 0) groups.set('', []);
  for (const row of matching(columns, question.where, rows)) {
    const key = by.map((name) => textOf(row[name])).join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  const answer = [...groups.values()].map((group) => ({
    ...Object.fromEntries(by.map((name) => [name, group[0]![name]])),
    ...Object.fromEntries(Object.entries(select).map(([name, output]) => [name, figure(columns, group, output)])),
  }));
  return having === undefined
    ? answer
    : answer.filter((row) => truth(answerColumns(columns, question), having, row) === true);
}

/** The columns of an answer, for `having` and `orderBy`. */
export function answerColumns(
  columns: readonly ColumnSchema[],
  { by, select }: Pick<AggregateOf, 'by' | 'select'>,
): ColumnSchema[] {
  const find = (name: string): ColumnSchema => columns.find((column) => column.name === name)!;
  const outputs = Object.entries(select).map(([name, { fn, column }]): ColumnSchema => {
    const base = column === undefined ? undefined : find(column);
    return { ...columns[0]!, name, optional: true, kind: kindOf(fn, base) };
  });
  return [...by.map(find), ...outputs];
}

function kindOf(fn: AggregateFn, column: ColumnSchema | undefined): ColumnSchema['kind'] {
  if (fn === 'min' || fn === 'max') return column!.kind;
  if (fn !== 'sum') return { name: 'float64' };
  if (column!.kind.name === 'decimal') return { name: 'decimal', precision: 18, scale: column!.kind.scale };
  return { name: column!.kind.name.startsWith('float') ? 'float64' : 'int64' };
}

function figure(columns: readonly ColumnSchema[], rows: readonly Row[], { fn, column: name }: Output): unknown {
  if (name === undefined) return rows.length;
  const { kind } = columns.find((column) => column.name === name)!;
  const values = rows.map((row) => row[name]).filter((value) => value !== undefined);
  const different = [...new Map(values.map((value) => [textOf(value), value])).values()];
  if (fn === 'count') return values.length;
  if (fn === 'countDistinct') return different.length;
  if (values.length === 0) return undefined;
  switch (fn) {
    case 'min':
      return values.reduce((least, value) => (compare(kind, value, least) < 0 ? value : least));
    case 'max':
      return values.reduce((most, value) => (compare(kind, value, most) > 0 ? value : most));
    case 'distinct':
      return kind.name === 'json' || kind.name === 'array'
        ? new Set(different.map(textOf))
        : different.toSorted((a, b) => compare(kind, a, b));
    default:
      return kind.name.startsWith('float')
        ? floatFigure(fn, values as number[])
        : exactFigure(fn, values as (number | bigint | Decimal)[]);
  }
}

function exactFigure(fn: 'sum' | 'avg', values: readonly (number | bigint | Decimal)[]): unknown {
  const [first] = values;
  const scale = first instanceof Decimal ? first.scale : 0;
  const sum = values.reduce<bigint>(
    (total, value) => total + (value instanceof Decimal ? value.unscaled : BigInt(value)),
    0n,
  );
  if (fn === 'avg') {
    const average = Number(sum) / values.length / 10 ** scale;
    return new Approximate(average, Math.abs(average) * 1e-14 + Number.MIN_VALUE);
  }
  if (sum >= INT64 || sum < -INT64) throw new ModelError('NUMERIC_OVERFLOW');
  return first instanceof Decimal ? new Decimal(sum, scale) : sum;
}

/** Floats near the end of their range overflow or not by the order in which they are added; the values tested stay away from it. */
function floatFigure(fn: 'sum' | 'avg', values: readonly number[]): Approximate {
  const divisor = fn === 'avg' ? values.length : 1;
  const size = values.reduce((total, value) => total + Math.abs(value), 0);
  return new Approximate(values.reduce((total, value) => total + value, 0) / divisor, (size / divisor) * 1e-13);
}
