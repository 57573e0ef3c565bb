import { WeftError } from '@weft/base';
import type { ConvertRow } from '../plan/change-feed.ts';
import type { RowValues } from '../row/row-code.ts';
import type { TypeSchema } from '../type/schema.ts';
import { convertValue } from './convert-value.ts';
import { planEvolution, type ColumnStep, type EvolutionPlan } from './plan.ts';

/**
 * How values by ordinal of an earlier declaration look by a later one, as an evolution would have made them. Throws DECLARATION_OUTDATED where
 * none leads from one to the other.
 */
export function rowConversion(from: TypeSchema, to: TypeSchema): ConvertRow {
  const plan = planned(from, to);
  return (values) => plan.columns.map((step, ordinal) => valueOf(plan, step, ordinal, values));
}

function valueOf({ from, to }: EvolutionPlan, step: ColumnStep, ordinal: number, values: RowValues): unknown {
  if (step.kind === 'add') return step.default;
  const value = values[step.from];
  if (step.kind === 'keep' || value === undefined) return value;
  return convertValue(from.columns[step.from].kind, to.columns[ordinal].kind, value);
}

function planned(from: TypeSchema, to: TypeSchema): EvolutionPlan {
  try {
    return planEvolution(from, to);
  } catch (error) {
    throw new WeftError(
      'DECLARATION_OUTDATED',
      `${to.name}: a record of the log has rows of a declaration from which none leads to the present one.`,
      { cause: error, details: { type: to.name } },
    );
  }
}
