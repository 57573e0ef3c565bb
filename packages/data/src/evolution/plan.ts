import { assert, WeftError } from '@weft/base';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { isConverted } from './column-change.ts';
import { diffText, diffSchemas } from './diff.ts';
import { type ColumnPair, pairColumns } from './pair-columns.ts';

/** Where the values of a column come from when a table goes over to another schema. */
export type ColumnStep =
  /** The stored column with this ordinal, as it is; name, default and ordinal may differ. */
  | { readonly kind: 'keep'; readonly from: number }
  /** A new column. Rows that are stored have the default, or no value where there is none. */
  | { readonly kind: 'add'; readonly default?: unknown }
  /**
   * The stored column with this ordinal, each of whose values has its equal in the new kind (`convertValue`): int16 → int32 or
   * int64, int32 → int64, float32 → float64, an enum with more members at the end; or which may lack values from now on.
   */
  | { readonly kind: 'convert'; readonly from: number };

/** How a table goes from one schema to another while it serves, as plain data. */
export interface EvolutionPlan {
  readonly from: TypeSchema;
  readonly to: TypeSchema;
  /** One per ordinal of `to`. */
  readonly columns: readonly ColumnStep[];
  /** What differs, line by line: `+ note: string optional`. */
  readonly changes: readonly string[];
}

/**
 * The way from the stored schema to the declared one. Throws EVOLUTION_REFUSED with the printed diff where there is none
 * that keeps every row readable.
 */
export function planEvolution(stored: TypeSchema, declared: TypeSchema): EvolutionPlan {
  assert(stored.name === declared.name, 'a plan leads from one declaration of a type to another');
  const lines = diffSchemas(stored, declared);
  const refused = lines.filter((line) => line.refusal !== undefined);
  if (refused.length > 0) throw evolutionRefused(declared, diffText(lines), refused.length);
  return {
    from: stored,
    to: declared,
    columns: pairColumns(stored, declared).map(columnStep),
    changes: lines.map((line) => line.text),
  };
}

function columnStep({ declared, stored }: ColumnPair): ColumnStep {
  if (stored === undefined) return added(declared);
  return { kind: isConverted(stored, declared) ? 'convert' : 'keep', from: stored.ordinal };
}

function added(column: ColumnSchema): ColumnStep {
  return column.default === undefined ? { kind: 'add' } : { kind: 'add', default: column.default };
}

function evolutionRefused(declared: TypeSchema, diff: string, count: number): WeftError<'EVOLUTION_REFUSED'> {
  const changes = count === 1 ? 'one of these changes is' : `${count} of these changes are`;
  return new WeftError(
    'EVOLUTION_REFUSED',
    `${declared.name}: ${changes} not made while rows are stored (declared against stored):\n${diff}`,
    { details: { type: declared.name, refused: count } },
  );
}
