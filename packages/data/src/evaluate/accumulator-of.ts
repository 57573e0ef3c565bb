import { must } from '@weft/base';
import type { Accumulator, AccumulatorContext } from './accumulator.ts';
import { isFloat, type TermShape } from './aggregate-shape.ts';
import { DistinctAccumulator } from './distinct.ts';
import { ExtremeAccumulator } from './extreme.ts';
import { FloatAccumulator } from './float-sum.ts';
import { IntegerAccumulator } from './integer-sum.ts';
import { CountAccumulator } from './row-count.ts';

export function accumulatorOf(term: TermShape, context: AccumulatorContext): Accumulator<unknown> {
  return make(term, context) as unknown as Accumulator<unknown>;
}

type AnyAccumulator =
  | CountAccumulator
  | DistinctAccumulator
  | ExtremeAccumulator
  | FloatAccumulator
  | IntegerAccumulator;

function make(term: TermShape, context: AccumulatorContext): AnyAccumulator {
  if (term.fn === 'count') return new CountAccumulator();
  const column = must(term.column, `${term.fn} needs a column`);
  if (term.fn === 'countDistinct' || term.fn === 'distinct') return new DistinctAccumulator(term, column, context);
  if (term.fn === 'min' || term.fn === 'max') return new ExtremeAccumulator(term.fn, column.kind);
  return isFloat(column.kind) ? new FloatAccumulator(term, context) : new IntegerAccumulator(term, column, context);
}
