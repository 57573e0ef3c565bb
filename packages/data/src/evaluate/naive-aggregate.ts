import type { ColumnReader } from '../column/reader.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import type { TypeSchema } from '../type/schema.ts';
import { AggregatePartial, type Group } from './aggregate-partial.ts';
import { aggregateShape } from './aggregate-shape.ts';

/**
 * An aggregate row by row, over any columns: the plain twin of the aggregate kernels.
 * The caller decides which rows match; `where` of the plan is not looked at here.
 */
export class NaiveAggregate {
  readonly partial: AggregatePartial;
  readonly #by: readonly ColumnReader[];
  readonly #adders: readonly ((state: unknown, row: number) => void)[];
  readonly #keys: unknown[];
  readonly #whole: Group | undefined;

  /** `readers` are by ordinal. Rows are added to `partial`, a new one unless given. */
  constructor(
    schema: TypeSchema,
    plan: AggregatePlan,
    readers: readonly ColumnReader[],
    partial: AggregatePartial = new AggregatePartial(aggregateShape(schema, plan)),
  ) {
    const { shape, accumulators } = partial;
    this.partial = partial;
    this.#by = shape.by.map((column) => readers[column.ordinal]);
    this.#adders = accumulators.map((accumulator, at) => {
      const column = shape.terms[at].column;
      return accumulator.adder(column === undefined ? undefined : readers[column.ordinal]);
    });
    this.#keys = this.#by.map(() => undefined);
    this.#whole = this.#by.length === 0 ? partial.group([]) : undefined;
  }

  /** Adds one live row. Throws GROUP_LIMIT. */
  add(row: number): void {
    const { states } = this.#whole ?? this.#groupOf(row);
    const adders = this.#adders;
    for (let term = 0; term < adders.length; term++) adders[term](states[term], row);
  }

  #groupOf(row: number): Group {
    for (let at = 0; at < this.#by.length; at++) this.#keys[at] = this.#by[at].get(row);
    return this.partial.group(this.#keys);
  }
}
