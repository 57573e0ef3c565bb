import { WeftError } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import type { ColumnSchema } from '../type/schema.ts';
import type { Accumulator, AccumulatorContext } from './accumulator.ts';
import { type Identity, identityOf } from './identity.ts';
import type { TermShape } from './aggregate-shape.ts';

export interface DistinctState {
  readonly values: Map<Identity, unknown>;
}

/** The different values of a column, or their number. Bounded over all groups together. */
export class DistinctAccumulator implements Accumulator<DistinctState> {
  readonly #term: TermShape;
  readonly #column: ColumnSchema;
  readonly #context: AccumulatorContext;
  readonly #identity: (value: unknown) => Identity;
  /** Values held by all states that this accumulator filled. */
  #held = 0;

  constructor(term: TermShape, column: ColumnSchema, context: AccumulatorContext) {
    this.#term = term;
    this.#column = column;
    this.#context = context;
    this.#identity = identityOf(column.kind);
  }

  create(): DistinctState {
    return { values: new Map() };
  }

  adder(reader: ColumnReader): (state: DistinctState, row: number) => void {
    return (state, row) => {
      const value = reader.get(row);
      if (value !== undefined) this.#add(state, this.#identity(value), value);
    };
  }

  merge(into: DistinctState, from: DistinctState): void {
    for (const [identity, value] of from.values) this.#add(into, identity, value);
  }

  /** The values in the order of their kind, so that the answer does not depend on the order of rows. */
  finish(state: DistinctState): unknown {
    if (this.#term.fn === 'countDistinct') return state.values.size;
    if (state.values.size === 0) return undefined;
    if (this.#column.kind.name === 'json') {
      return [...state.values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
    }
    return [...state.values.values()].sort(comparatorOf(this.#column.kind));
  }

  #add(state: DistinctState, identity: Identity, value: unknown): void {
    if (state.values.has(identity)) return;
    if (++this.#held > this.#context.valuesMax) throw this.#tooMany();
    state.values.set(identity, value);
  }

  #tooMany(): WeftError<'GROUP_LIMIT'> {
    const { type, valuesMax } = this.#context;
    const message = `${type}.${this.#column.name}: ${this.#term.fn} (${this.#term.name}) met more than ${valuesMax} distinct values; narrow the predicate.`;
    return new WeftError('GROUP_LIMIT', message, { details: { type, column: this.#column.name, limit: valuesMax } });
  }
}
