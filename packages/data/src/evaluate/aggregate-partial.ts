import { assert, WeftError } from '@weft/base';
import type { Accumulator } from './accumulator.ts';
import { accumulatorOf } from './accumulator-of.ts';
import { type AggregateShape, GROUPS_MAX } from './aggregate-shape.ts';
import { Chunks } from './chunks.ts';
import { type Identity, identityOf } from './identity.ts';
import { IdentityMap } from './identity-map.ts';
import { finish, WHOLE, type Slice, type Work } from '../plan/work.ts';

/** One group: its values of the `by` columns, and one state per term. */
export interface Group {
  readonly keys: readonly unknown[];
  readonly states: readonly unknown[];
}

type Level = IdentityMap<Level | Group>;

/**
 * An aggregate over part of the rows. Partials of pages, evaluators and partitions merge into one;
 * `finishAggregate` then makes the answer. Group keys are found through one map per `by` column.
 */
export class AggregatePartial {
  readonly shape: AggregateShape;
  readonly accumulators: readonly Accumulator<unknown>[];
  readonly groups = new Chunks<Group>();
  readonly #groupsMax: number;
  readonly #root: Level = new IdentityMap();
  readonly #identities: readonly ((value: unknown) => Identity)[];

  constructor(shape: AggregateShape, groupsMax: number = GROUPS_MAX) {
    const context = { type: shape.type, grouped: shape.by.length > 0, valuesMax: groupsMax };
    this.shape = shape;
    this.accumulators = shape.terms.map((term) => accumulatorOf(term, context));
    this.#groupsMax = groupsMax;
    this.#identities = shape.by.map((column) => identityOf(column.kind));
    // Without `by` there is one group even over no rows, as in SQL.
    if (shape.by.length === 0) this.groups.push(this.#create([]));
  }

  /** The group with these values of the `by` columns, made where it is new. Absent values are one group of their own. */
  group(keys: readonly unknown[]): Group {
    assert(keys.length === this.shape.by.length, 'one key per by column');
    if (keys.length === 0) return this.groups.at(0)!;
    let level = this.#root;
    const last = keys.length - 1;
    for (let at = 0; at < last; at++) level = this.#below(level, this.#identity(at, keys[at]));
    const identity = this.#identity(last, keys[last]);
    const found = level.get(identity) as Group | undefined;
    if (found !== undefined) return found;
    const made = this.#create(keys.slice());
    level.add(identity, made);
    this.#admit(made);
    return made;
  }

  /** Adds all that `other` holds, which must not be used any more. Both must be of equal plans over one type. */
  merge(other: AggregatePartial): void {
    finish(this.mergeInSlices(other, WHOLE));
  }

  /** The same as work that may pause. */
  *mergeInSlices(other: AggregatePartial, slice: Slice): Work<void> {
    for (const chunk of other.groups.chunks) {
      for (const group of chunk) {
        const into = this.group(group.keys);
        for (let term = 0; term < this.accumulators.length; term++) {
          const { inSlices } = this.accumulators[term];
          if (inSlices?.isLarge(group.states[term]))
            yield* inSlices.merge(into.states[term], group.states[term], slice);
          else this.accumulators[term].merge(into.states[term], group.states[term]);
        }
      }
      if (slice.isOver()) yield;
    }
  }

  #identity(at: number, key: unknown): Identity | undefined {
    return key === undefined ? undefined : this.#identities[at](key);
  }

  #below(level: Level, identity: Identity | undefined): Level {
    let below = level.get(identity) as Level | undefined;
    if (below === undefined) level.add(identity, (below = new IdentityMap()));
    return below;
  }

  #create(keys: readonly unknown[]): Group {
    return { keys, states: this.accumulators.map((accumulator) => accumulator.create()) };
  }

  #admit(group: Group): void {
    if (this.groups.length >= this.#groupsMax) throw groupLimit(this.shape, this.#groupsMax);
    this.groups.push(group);
  }
}

export function groupLimit(shape: AggregateShape, limit: number): WeftError<'GROUP_LIMIT'> {
  const columns = shape.by.map((column) => column.name).join(', ');
  const message = `${shape.type}: grouping by ${columns} gives more than ${limit} groups; group by coarser columns or narrow the predicate.`;
  return new WeftError('GROUP_LIMIT', message, { details: { type: shape.type, columns, limit } });
}
