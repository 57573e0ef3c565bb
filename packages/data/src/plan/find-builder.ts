import { type Duration, WeftError } from '@weft/base';

import { type OrderBy, resolveOrder } from '../predicate/order.ts';
import { resolveWhere } from '../predicate/where.ts';
import type { ColumnName } from '../type/infer.ts';
import { requireColumn } from '../type/lookup.ts';
import { shown } from '../type/refusal.ts';
import type { TypeSchema } from '../type/schema.ts';
import type { AnyType } from '../type/type-def.ts';
import { checkOptionNames, checkRowCount } from './options.ts';
import type { FindPlan } from './plan.ts';

/** What every call takes. The work stops when either fires. */
export interface CallOptions {
  /** Rejects with ABORTED when it fires. */
  readonly signal?: AbortSignal | undefined;
  /** Rejects with TIMEOUT when it has passed: `'50ms'`, `'5s'`, or a number of milliseconds. */
  readonly timeout?: Duration | undefined;
}

/** How `find` cuts and orders its answer. */
export interface FindShape<T extends AnyType, S extends ColumnName<T>> {
  /** The columns of the answer; all unless said otherwise. */
  readonly select?: readonly S[] | undefined;
  /** Columns with their direction, the first compared first. Absent values are last ascending, first descending. */
  readonly orderBy?: OrderBy<ColumnName<T>> | undefined;
  /** Rows at most, from 0. */
  readonly limit?: number | undefined;
  /** Rows to pass over first, from 0. */
  readonly offset?: number | undefined;
}

const optionNames = ['select', 'orderBy', 'limit', 'offset', 'signal', 'timeout'];

/**
 * Checks a `find` and makes its plan; `signal` and `timeout` are the caller's affair.
 * Throws OPTION_INVALID, COLUMN_UNKNOWN, PREDICATE_INVALID, VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE.
 */
export function resolveFind(
  schema: TypeSchema,
  where: unknown,
  options: FindShape<AnyType, string> & CallOptions = {},
): FindPlan {
  checkOptionNames(`${schema.name}.find`, options, optionNames);
  const predicate = resolveWhere(schema, where);
  const select = resolveSelect(schema, options.select);
  const orderBy = resolveOrder(schema.name, options.orderBy, (name) => requireColumn(schema, name, 'orderBy'));
  const limit = checkRowCount(schema.name, 'limit', options.limit);
  const offset = checkRowCount(schema.name, 'offset', options.offset);
  return {
    ...(predicate === undefined ? {} : { where: predicate }),
    ...(select === undefined ? {} : { select }),
    ...(orderBy.length === 0 ? {} : { orderBy }),
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined || offset === 0 ? {} : { offset }),
  };
}

function resolveSelect(schema: TypeSchema, select: unknown): readonly string[] | undefined {
  if (select === undefined) return undefined;
  if (!Array.isArray(select) || select.length === 0) {
    const got = Array.isArray(select) ? 'an empty array' : shown(select);
    throw new WeftError('OPTION_INVALID', `${schema.name}: select is an array of column names, not ${got}.`);
  }
  const names = select.map((name) => requireColumn(schema, name, 'select').name);
  return [...new Set(names)];
}
