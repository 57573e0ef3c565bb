import { WeftError } from '@weft/base';

import { checkedValue } from '../type/checked.ts';
import { requireColumn } from '../type/lookup.ts';
import { shown } from '../type/refusal.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { changeableColumn, refuseMissing } from './changeable.ts';
import type { Mutation } from './plan.ts';

/**
 * A patch as steps: `null` clears an optional column, `undefined` leaves a column as it is.
 * Throws COLUMN_UNKNOWN, ROUTING_IMMUTABLE, VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE.
 */
export function resolvePatch(schema: TypeSchema, patch: unknown): Mutation[] {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) {
    throw new WeftError('VALUE_INVALID', `${schema.name}: a patch is an object of columns, not ${shown(patch)}.`);
  }
  const mutations: Mutation[] = [];
  for (const [name, value] of Object.entries(patch)) {
    const column = requireColumn(schema, name, 'a patch');
    if (value !== undefined) mutations.push(mutationOf(schema, changeableColumn(schema, column), value));
  }
  return mutations;
}

function mutationOf(schema: TypeSchema, column: ColumnSchema, value: unknown): Mutation {
  if (value !== null) return { op: 'set', column: column.name, value: checkedValue(schema, column, value) };
  refuseMissing(schema, column);
  return { op: 'unset', column: column.name };
}
