import type { AggregatePartial } from './aggregate-partial.ts';
import type { TermShape } from './aggregate-shape.ts';
import { identityOf } from './identity.ts';
import { IdentityMap } from './identity-map.ts';

/** A group of a partial as plain data, or of one with very many different values a part. */
export interface PartialItem {
  readonly keys: readonly unknown[];
  /** By term; of different values a list of them. */
  readonly states: readonly unknown[];
}

/** Different values that one item has of a term. */
const VALUES_PER_ITEM = 1000;

/** A partial in parts that can be sent one by one. */
export function* partialItems(partial: AggregatePartial): Generator<PartialItem> {
  const { terms } = partial.shape;
  for (const { keys, states } of partial.groups) {
    const lists = states.map((state, at) => (isDistinct(terms[at]!) ? chunksOf(state as IdentityMap<unknown>) : []));
    const parts = Math.max(1, ...lists.map((list) => list.length));
    for (let part = 0; part < parts; part++) {
      // What counts once is in the first part; those behind it have the state of no rows.
      const of = states.map((state, at) => {
        if (isDistinct(terms[at]!)) return lists[at]![part] ?? [];
        return part === 0 ? state : partial.accumulators[at]!.create();
      });
      yield { keys, states: of };
    }
  }
}

/** Adds what one item holds. The partial is of an equal plan over the same type. */
export function addPartialItem(into: AggregatePartial, { keys, states }: PartialItem): void {
  const group = into.group(keys);
  for (const [at, term] of into.shape.terms.entries()) {
    const state = isDistinct(term) ? mapOf(term, states[at] as readonly unknown[]) : states[at];
    into.accumulators[at]!.merge(group.states[at], state);
  }
}

function isDistinct({ fn }: TermShape): boolean {
  return fn === 'distinct' || fn === 'countDistinct';
}

function chunksOf(state: IdentityMap<unknown>): unknown[][] {
  const chunks: unknown[][] = [];
  for (const leaf of state.leaves()) {
    for (const [, value] of leaf) {
      if (chunks.length === 0 || chunks.at(-1)!.length === VALUES_PER_ITEM) chunks.push([]);
      chunks.at(-1)!.push(value);
    }
  }
  return chunks;
}

function mapOf({ column }: TermShape, values: readonly unknown[]): IdentityMap<unknown> {
  const map = new IdentityMap<unknown>();
  const identity = identityOf(column!.kind);
  for (const value of values) map.add(identity(value), value);
  return map;
}
