import { WeftError } from '@weft/base';

import type { OrderTerm } from '../plan/plan.ts';
import { shown } from '../type/refusal.ts';
import type { ColumnSchema } from '../type/schema.ts';

/** Columns with their direction; the first is compared first. */
export type OrderBy<Name extends string> = { readonly [P in Name]?: 'asc' | 'desc' | undefined };

/** Kinds without an order. */
const unordered: readonly string[] = ['json', 'array'];

/**
 * The terms of an `orderBy`, in the order in which it was written.
 * `find` looks a column up by name and throws COLUMN_UNKNOWN. Throws PREDICATE_INVALID; `where` is the type.
 */
export function resolveOrder(where: string, orderBy: unknown, find: (name: string) => ColumnSchema): OrderTerm[] {
  if (orderBy === undefined) return [];
  if (typeof orderBy !== 'object' || orderBy === null || Array.isArray(orderBy)) {
    throw new WeftError('PREDICATE_INVALID', `${where}: orderBy is { column: 'asc' | 'desc' }, not ${shown(orderBy)}.`);
  }
  return Object.entries(orderBy)
    .filter(([, direction]) => direction !== undefined)
    .map(([name, direction]) => orderTerm(where, find(name), direction));
}

function orderTerm(where: string, column: ColumnSchema, direction: unknown): OrderTerm {
  const place = `${where}.${column.name}`;
  if (direction !== 'asc' && direction !== 'desc') {
    throw new WeftError(
      'PREDICATE_INVALID',
      `${place}: the direction of orderBy is 'asc' or 'desc', not ${shown(direction)}.`,
    );
  }
  if (unordered.includes(column.kind.name)) {
    throw new WeftError('PREDICATE_INVALID', `${place}: a column of kind ${column.kind.name} has no order.`);
  }
  return { column: column.name, direction };
}
