import type { Checker } from '../kind/check.ts';
import { numberRange, sideOfRange } from '../kind/number-range.ts';
import type { ColumnSchema, Kind } from '../type/schema.ts';
import type { Comparison, Membership } from './predicate.ts';

/**
 * What to compare with the end of a column's range in place of a number beyond it: each is true of all values that there can be, or
 * of none, and unknown where there is no value, as the comparison that was asked for.
 */
const atMax = { lt: 'le', le: 'le', ne: 'le', gt: 'gt', ge: 'gt', eq: 'gt' } as const;
const atMin = { gt: 'ge', ge: 'ge', ne: 'ge', lt: 'lt', le: 'lt', eq: 'lt' } as const;

/** The comparison of a column with a value, checked unless it is a number beyond the column's range. Throws what `check` throws. */
export function comparisonOf(column: ColumnSchema, op: Comparison['op'], value: unknown, check: Checker): Comparison {
  const { kind, name } = column;
  return sideOfRange(kind, value) === undefined
    ? { op, column: name, value: check(value) }
    : beyondRange(kind, { op, column: name, value });
}

/** Whether the column's value is in a list, of which numbers beyond its range are left out. Throws what `check` throws. */
export function membershipOf(
  column: ColumnSchema,
  values: readonly unknown[],
  check: Checker,
): Comparison | Membership {
  const { kind, name } = column;
  const isBeyond = (value: unknown): boolean => sideOfRange(kind, value) !== undefined;
  const given = {
    op: 'in',
    column: name,
    values: values.map((value) => (isBeyond(value) ? value : check(value))),
  } as const;
  const within = given.values.filter((value) => !isBeyond(value));
  if (within.length === values.length) return given;
  if (within.length > 0) return { ...given, values: within, asked: given };
  // Not an empty list, which is false of absent values too.
  return { ...beyondRange(kind, { op: 'eq', column: name, value: values[0] }), asked: given };
}

function beyondRange(kind: Kind, asked: Comparison): Comparison {
  const { min, max } = numberRange(kind)!;
  const isAbove = sideOfRange(kind, asked.value) === 'above';
  return { ...asked, op: (isAbove ? atMax : atMin)[asked.op], value: isAbove ? max : min, asked };
}
