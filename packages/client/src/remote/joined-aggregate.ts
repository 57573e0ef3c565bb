import {
  addPartialItem,
  AggregatePartial,
  aggregateShape,
  finishInSlices,
  type AggregatePlan,
  type AggregateRow,
  type PartialItem,
  type Slice,
  type TypeSchema,
  type Work,
} from '@weft/data';

/** What several hosts found for one aggregate, joined: averages and distinct values are exact. */
export class JoinedAggregate {
  readonly #plan: AggregatePlan;
  readonly #partial: AggregatePartial;

  constructor(schema: TypeSchema, plan: AggregatePlan) {
    this.#plan = plan;
    this.#partial = new AggregatePartial(aggregateShape(schema, plan));
  }

  add(item: PartialItem): void {
    addPartialItem(this.#partial, item);
  }

  finish(slice: Slice): Work<AggregateRow[]> {
    return finishInSlices(this.#plan, this.#partial, slice);
  }
}
