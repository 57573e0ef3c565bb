import {
  AggregatePartial,
  type AggregatePlan,
  aggregateShape,
  type ColumnReader,
  columnsOf,
  type FindPlan,
  NaiveAggregate,
  type RowWork,
  type Slice,
  type TypeSchema,
  WHOLE,
  type Work,
} from '@weft/data';

type Row = Readonly<Record<string, unknown>>;

/** An aggregate over rows as an older declaration sees them, row by row: for columns whose values differ from the stored ones. */
export function* aggregateShown(
  schema: TypeSchema,
  plan: AggregatePlan,
  find: (plan: FindPlan) => RowWork,
): Work<AggregatePartial> {
  let rows: readonly Row[] = [];
  const readers = schema.columns.map((column): ColumnReader => ({
    schema: column,
    get: (row) => rows[row]![column.name],
    isNull: (row) => rows[row]![column.name] === undefined,
  }));
  const naive = new NaiveAggregate(schema, plan, readers);
  const { where } = plan;
  for (const batch of find({ select: columnsOf(plan), ...(where === undefined ? {} : { where }) })) {
    rows = (batch ?? []) as readonly Row[];
    for (let row = 0; row < rows.length; row++) naive.add(row);
    yield;
  }
  return naive.partial;
}

/** A partial over stored columns as one over those of the older declaration, whose names the answer has. */
export function* adoptPartial(
  schema: TypeSchema,
  plan: AggregatePlan,
  partial: AggregatePartial,
  slice: Slice = WHOLE,
): Work<AggregatePartial> {
  if (plan.by.every((name, at) => partial.shape.by[at]!.name === name)) return partial;
  const adopted = new AggregatePartial(aggregateShape(schema, plan));
  yield* adopted.mergeInSlices(partial, slice);
  return adopted;
}
