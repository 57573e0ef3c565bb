import { WeftError } from '@weft/base';

import { aggregateShape, answerColumns } from '../evaluate/aggregate-shape.ts';
import { predicateOf } from '../predicate/condition.ts';
import { resolveOrder } from '../predicate/order.ts';
import type { Predicate } from '../predicate/predicate.ts';
import { makeRefs } from '../predicate/refs.ts';
import { resolveWhere } from '../predicate/where.ts';
import { columnUnknown, requireColumn } from '../type/lookup.ts';
import { isIdentifier } from '../type/names.ts';
import { shown } from '../type/refusal.ts';
import type { ColumnSchema, KindName, TypeSchema } from '../type/schema.ts';
import { checkOptionNames, checkRowCount } from './options.ts';
import type { AggregateFn, AggregatePlan, AggregateTerm } from './plan.ts';

/** An aggregate request before anything about it is known to be right. */
export interface AggregateQuestion {
  readonly by?: unknown;
  readonly select?: unknown;
  readonly where?: unknown;
  readonly having?: unknown;
  readonly orderBy?: unknown;
  readonly limit?: unknown;
}

const partNames = ['by', 'select', 'where', 'having', 'orderBy', 'limit'];
const unordered: readonly KindName[] = ['json', 'array'];
const summable: readonly KindName[] = ['int16', 'int32', 'int64', 'float32', 'float64', 'decimal'];

/** What each function can be asked of; all kinds unless listed. */
const accepts: Readonly<Record<AggregateFn, (kind: KindName) => boolean>> = {
  count: () => true,
  countDistinct: () => true,
  distinct: () => true,
  sum: (kind) => summable.includes(kind),
  avg: (kind) => summable.includes(kind),
  min: (kind) => !unordered.includes(kind),
  max: (kind) => !unordered.includes(kind),
};

/**
 * Checks an aggregate and makes its plan.
 * Throws OPTION_INVALID, COLUMN_UNKNOWN, PREDICATE_INVALID, VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE.
 */
export function resolveAggregate(schema: TypeSchema, question: AggregateQuestion): AggregatePlan {
  checkOptionNames(`${schema.name}.aggregate`, question, partNames);
  const where = resolveWhere(schema, question.where);
  const by = resolveBy(schema, question.by);
  const select = resolveOutputs(schema, question.select, by);
  const answer = answerColumns(aggregateShape(schema, { by, select }));
  const having = resolveHaving(schema, question.having, answer);
  const orderBy = resolveOrder(schema.name, question.orderBy, (name) => requireOutput(schema, answer, name));
  const limit = checkRowCount(schema.name, 'limit', question.limit);
  return {
    by,
    select,
    ...(where === undefined ? {} : { where }),
    ...(having === undefined ? {} : { having }),
    ...(orderBy.length === 0 ? {} : { orderBy }),
    ...(limit === undefined ? {} : { limit }),
  };
}

function resolveBy(schema: TypeSchema, by: unknown): string[] {
  if (by === undefined) return [];
  if (!Array.isArray(by)) throw invalid(schema, `by is an array of column names, not ${shown(by)}`);
  const names = by.map((name) => requireColumn(schema, name, 'by'));
  for (const { name, kind } of names) {
    if (unordered.includes(kind.name)) throw invalid(schema, `cannot group by ${name}, a column of kind ${kind.name}`);
  }
  return [...new Set(names.map((column) => column.name))];
}

function resolveOutputs(schema: TypeSchema, select: unknown, by: readonly string[]): AggregateTerm[] {
  if (typeof select !== 'object' || select === null || Array.isArray(select)) {
    throw invalid(schema, `select is an object of outputs such as { n: count() }, not ${shown(select)}`);
  }
  const entries = Object.entries(select);
  if (entries.length === 0 && by.length === 0)
    throw invalid(schema, 'an aggregate needs an output, such as { n: count() }');
  return entries.map(([name, output]) => resolveOutput(schema, name, output, by));
}

function resolveOutput(schema: TypeSchema, name: string, output: unknown, by: readonly string[]): AggregateTerm {
  if (!isIdentifier(name))
    throw invalid(schema, `${shown(name)} cannot name an output; use letters, digits, underscores`);
  if (by.includes(name)) throw invalid(schema, `${name} is a column of by and an output; give the output another name`);
  const { fn, column } = (output ?? {}) as Partial<AggregateTerm>;
  if (fn === undefined || !Object.hasOwn(accepts, fn)) {
    throw invalid(schema, `the output ${name} must be made by count, sum, avg, min, max, countDistinct or distinct`);
  }
  if (column === undefined && fn === 'count') return { name, fn };
  const { kind } = requireColumn(schema, column, `the output ${name}`);
  if (!accepts[fn](kind.name)) throw invalid(schema, `a column of kind ${kind.name} has no ${fn}: ${fn}('${column}')`);
  return { name, fn, column: column! };
}

function resolveHaving(schema: TypeSchema, having: unknown, answer: readonly ColumnSchema[]): Predicate | undefined {
  if (having === undefined) return undefined;
  if (typeof having !== 'function') {
    throw invalid(schema, `having is a builder such as r => r.n.gt(5), not ${shown(having)}`);
  }
  return predicateOf(having(makeRefs(schema.name, answer)), `${schema.name}: what having returns`);
}

function requireOutput(schema: TypeSchema, answer: readonly ColumnSchema[], name: string): ColumnSchema {
  const found = answer.find((column) => column.name === name);
  if (found !== undefined) return found;
  throw columnUnknown(
    schema.name,
    name,
    'orderBy',
    answer.map((column) => column.name),
  );
}

function invalid(schema: TypeSchema, why: string): WeftError<'PREDICATE_INVALID'> {
  return new WeftError('PREDICATE_INVALID', `${schema.name}: ${why}.`);
}
