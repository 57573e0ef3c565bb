import { WeftError } from '@weft/base';

import { shown } from '../type/refusal.ts';

/** Values in one `in` at most. */
export const IN_VALUES_MAX = 100_000;

/** Throws PREDICATE_INVALID for null and undefined: nothing equals an absent value. */
export function refuseAbsent(op: string, value: unknown, where: string): void {
  if (value !== undefined && value !== null) return;
  throw new WeftError(
    'PREDICATE_INVALID',
    `${where}: ${op}(${String(value)}) would match nothing; use isNull() or isNotNull() to ask for absence.`,
  );
}

/** The argument of `in`. Throws PREDICATE_INVALID where it is not an array, or too long. */
export function checkList(values: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(values)) {
    throw new WeftError('PREDICATE_INVALID', `${where}: in() takes an array of values, not ${shown(values)}.`);
  }
  if (values.length > IN_VALUES_MAX) {
    throw new WeftError(
      'PREDICATE_INVALID',
      `${where}: in() of ${values.length} values is more than IN_VALUES_MAX, ${IN_VALUES_MAX}; ask in several parts.`,
    );
  }
  // A hole is no value: it becomes one that the checks refuse.
  return Array.from(values);
}
