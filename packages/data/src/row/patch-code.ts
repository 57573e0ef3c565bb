import { checkerOf, type Checker } from '../kind/check.ts';
import { refuseMissing } from '../plan/changeable.ts';
import type { Patch } from '../plan/source.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { unknownColumns, unreadableInput } from './row-errors.ts';
import { isVisible } from './row-code.ts';

/**
 * Checks patches of a type: `null` clears an optional column, `undefined` leaves a column as it is. A row that was read may serve
 * as a patch: its version is passed over, and its key and routing value are let through for the table, which refuses others.
 * Throws COLUMN_UNKNOWN, VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE.
 */
export function compilePatch(schema: TypeSchema): (patch: object) => Patch {
  const steps = new Map<string, { readonly column: ColumnSchema; readonly check: Checker }>();
  for (const column of schema.columns.filter(isVisible))
    steps.set(column.name, { column, check: checkerOf(column, schema.name) });
  const names = new Set(steps.keys());
  const checkPatch = (patch: object): Patch => {
    const ordinals: number[] = [];
    const values: unknown[] = [];
    for (const name in patch) {
      const value = (patch as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const step = steps.get(name);
      if (step === undefined) {
        unknownColumns(schema, patch, names);
        continue;
      }
      const { column, check } = step;
      if (column.role === 'version') continue;
      if (value === null) refuseMissing(schema, column);
      ordinals.push(column.ordinal);
      values.push(value === null ? undefined : check(value));
    }
    return { ordinals, values };
  };
  return (patch) => {
    try {
      return checkPatch(patch);
    } catch (error) {
      throw unreadableInput(schema, patch, names, error);
    }
  };
}
