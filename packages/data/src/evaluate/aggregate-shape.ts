import { must } from '@weft/base';
import type { AggregateFn, AggregatePlan } from '../plan/plan.ts';
import type { ColumnSchema, Kind, TypeSchema } from '../type/schema.ts';

/** Groups of one aggregate, and distinct values of one of its terms, at most. */
export const GROUPS_MAX = 1_000_000;

/** An aggregate plan with its names resolved: what states are made of. */
export interface AggregateShape {
  readonly type: string;
  readonly by: readonly ColumnSchema[];
  readonly terms: readonly TermShape[];
}

export interface TermShape {
  readonly name: string;
  readonly fn: AggregateFn;
  /** Absent only for the count of rows. */
  readonly column?: ColumnSchema;
}

export function aggregateShape(schema: TypeSchema, plan: AggregatePlan): AggregateShape {
  const column = (name: string): ColumnSchema =>
    must(
      schema.columns.find((candidate) => candidate.name === name),
      `${schema.name} has no column ${name}: the plan was not checked`,
    );
  return {
    type: schema.name,
    by: plan.by.map(column),
    terms: plan.select.map(({ name, fn, column: of }) =>
      of === undefined ? { name, fn } : { name, fn, column: column(of) },
    ),
  };
}

/** The columns of the answer, `by` first: what `having` and `orderBy` may name, and of which kind each is. */
export function answerColumns(shape: AggregateShape): readonly ColumnSchema[] {
  const by = shape.by.map((column) => ({ name: column.name, kind: column.kind, optional: column.optional }));
  const terms = shape.terms.map((term) => ({ name: term.name, kind: termKind(term), optional: !isCount(term) }));
  return [...by, ...terms].map((column, ordinal) => ({
    ...column,
    ordinal,
    role: 'data' as const,
    sqlName: column.name,
  }));
}

/** The kind of a term's result. Counts and averages are JavaScript numbers, thus float64. */
function termKind({ fn, column }: TermShape): Kind {
  if (fn === 'count' || fn === 'countDistinct' || fn === 'avg') return { name: 'float64' };
  const kind = must(column, `${fn} needs a column`).kind;
  if (fn === 'distinct') return kind.name === 'array' ? { name: 'json' } : { name: 'array', element: kind as never };
  if (fn !== 'sum') return kind;
  if (kind.name === 'decimal') return { name: 'decimal', precision: 18, scale: kind.scale };
  return { name: isFloat(kind) ? 'float64' : 'int64' };
}

export function isFloat(kind: Kind): boolean {
  return kind.name === 'float32' || kind.name === 'float64';
}

function isCount({ fn }: TermShape): boolean {
  return fn === 'count' || fn === 'countDistinct';
}
