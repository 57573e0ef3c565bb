import { WeftError } from '@weft/base';
import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import { finish, WHOLE, type Slice, type Work } from '../plan/work.ts';
import type { ColumnSchema } from '../type/schema.ts';
import type { Accumulator, AccumulatorContext, SlicedAccumulator } from './accumulator.ts';
import type { TermShape } from './aggregate-shape.ts';
import { type Identity, identityOf } from './identity.ts';
import { IdentityMap } from './identity-map.ts';
import { joinInSlices, sortInSlices } from './sort-in-slices.ts';

/** Values by their identities. */
export type DistinctState = IdentityMap<unknown>;

/** States of more values than this are merged and finished in slices. */
const VALUES_PER_STEP = 256;

/** The different values of a column, or their number. Bounded over all groups together. */
export class DistinctAccumulator implements Accumulator<DistinctState> {
  readonly #term: TermShape;
  readonly #column: ColumnSchema;
  readonly #context: AccumulatorContext;
  readonly #identity: (value: unknown) => Identity;
  readonly #compare: (a: Entry, b: Entry) => number;
  /** Values held by all states that this accumulator filled. */
  #held = 0;

  readonly inSlices: SlicedAccumulator<DistinctState> = {
    isLarge: (state) => state.size > VALUES_PER_STEP,
    merge: (into, from, slice) => this.#merge(into, from, slice),
    finish: (state, slice) => this.#finish(state, slice),
  };

  constructor(term: TermShape, column: ColumnSchema, context: AccumulatorContext) {
    this.#term = term;
    this.#column = column;
    this.#context = context;
    this.#identity = identityOf(column.kind);
    this.#compare = column.kind.name === 'json' ? byIdentity : byValue(comparatorOf(column.kind));
  }

  create(): DistinctState {
    return new IdentityMap();
  }

  adder(reader: ColumnReader): (state: DistinctState, row: number) => void {
    return (state, row) => {
      const value = reader.get(row);
      if (value !== undefined) this.#add(state, this.#identity(value), value);
    };
  }

  merge(into: DistinctState, from: DistinctState): void {
    finish(this.#merge(into, from, WHOLE));
  }

  finish(state: DistinctState): unknown {
    return finish(this.#finish(state, WHOLE));
  }

  *#merge(into: DistinctState, from: DistinctState, slice: Slice): Work<void> {
    for (const leaf of from.leaves()) {
      for (const [identity, value] of leaf) this.#add(into, identity as Identity, value);
      if (slice.isOver()) yield;
    }
  }

  /** The values in the order of their kind, so that the answer does not depend on the order of rows. */
  *#finish(state: DistinctState, slice: Slice): Work<unknown> {
    if (this.#term.fn === 'countDistinct') return state.size;
    if (state.size === 0) return undefined;
    const sorted = yield* sortInSlices(entriesOf(state), this.#compare, slice);
    const values: unknown[][] = [];
    for (const chunk of sorted) {
      values.push(chunk.map(([, value]) => value));
      if (slice.isOver()) yield;
    }
    return yield* joinInSlices(values, slice);
  }

  #add(state: DistinctState, identity: Identity, value: unknown): void {
    if (state.has(identity)) return;
    if (++this.#held > this.#context.valuesMax) throw this.#tooMany();
    state.add(identity, value);
  }

  #tooMany(): WeftError<'GROUP_LIMIT'> {
    const { type, valuesMax } = this.#context;
    const message = `${type}.${this.#column.name}: ${this.#term.fn} (${this.#term.name}) met more than ${valuesMax} distinct values; narrow the predicate.`;
    return new WeftError('GROUP_LIMIT', message, { details: { type, column: this.#column.name, limit: valuesMax } });
  }
}

type Entry = readonly [identity: Identity | undefined, value: unknown];

function* entriesOf(state: DistinctState): Generator<Entry[]> {
  for (const leaf of state.leaves()) yield [...leaf];
}

function byIdentity([a]: Entry, [b]: Entry): number {
  return a! < b! ? -1 : 1;
}

function byValue(compare: (a: unknown, b: unknown) => number): (a: Entry, b: Entry) => number {
  return ([, a], [, b]) => compare(a, b);
}
