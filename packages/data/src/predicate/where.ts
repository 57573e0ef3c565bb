import { WeftError } from '@weft/base';

import type { TemplateOf } from '../type/infer.ts';
import { shown } from '../type/refusal.ts';
import type { TypeSchema } from '../type/schema.ts';
import type { AnyType } from '../type/type-def.ts';
import { type Condition, predicateOf } from './condition.ts';
import type { Predicate } from './predicate.ts';
import type { Refs } from './ref-types.ts';
import { refsOf } from './refs.ts';
import { templatePredicate } from './template.ts';

/** Which rows: a template (`{ status: 'new' }`), or a builder (`r => r.symbol.startsWith('AC').and(r.qty.gt(5))`). */
export type Where<T extends AnyType> = T extends AnyType
  ? TemplateOf<T> | ((row: Refs<T['~columns']>) => Condition)
  : never;

/**
 * The predicate of a template or builder; undefined where all rows match.
 * Throws PREDICATE_INVALID, COLUMN_UNKNOWN, VALUE_INVALID, VALUE_OUT_OF_RANGE or VALUE_TOO_LARGE.
 */
export function resolveWhere(type: AnyType | TypeSchema, where: unknown): Predicate | undefined {
  if (where === undefined) return undefined;
  const schema = 'schema' in type ? type.schema : type;
  if (typeof where === 'function')
    return predicateOf(where(refsOf(schema)), `${schema.name}: what a predicate returns`);
  if (isTemplate(where)) return templatePredicate(schema, where);
  throw new WeftError(
    'PREDICATE_INVALID',
    `${schema.name}: a where is a template such as { column: value } or a builder such as r => r.column.gt(5), ` +
      `not ${shown(where)}.`,
  );
}

/**
 * As `resolveWhere`, for calls that change or delete what matches: a template that mentions columns, all of them with
 * `undefined`, is refused there. It is a variable that was not set more often than a wish to change every row.
 */
export function resolveTarget(type: AnyType | TypeSchema, where: unknown): Predicate | undefined {
  if (where === undefined) {
    throw new WeftError(
      'PREDICATE_INVALID',
      `${type.name}: the call changes every row that matches and was given no where; write {} where all rows are meant.`,
    );
  }
  const predicate = resolveWhere(type, where);
  const isEmptied = predicate === undefined && isTemplate(where) && Object.keys(where).length > 0;
  if (!isEmptied) return predicate;
  throw new WeftError(
    'PREDICATE_INVALID',
    `${type.name}: every value of the template is undefined, so that it would match all rows; ` +
      `write {} where that is meant, or null to ask for absent values.`,
  );
}

function isTemplate(where: unknown): where is object {
  return typeof where === 'object' && where !== null && !Array.isArray(where);
}
