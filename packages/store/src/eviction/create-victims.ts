import { assert } from '@weft/base';
import type { EvictSchema, LiveRows } from '@weft/data';
import { OrderedSecondary, type SecondaryIndex } from '../table/secondary-index.ts';
import { ClockVictims } from './clock-victims.ts';
import { OrderVictims } from './order-victims.ts';
import type { Victims } from './victims.ts';

/** The way that a type chooses the rows that go; `undefined` where it is no cache. */
export function createVictims(
  evict: EvictSchema | undefined,
  live: LiveRows,
  indexes: readonly SecondaryIndex[],
): Victims | undefined {
  if (evict === undefined) return undefined;
  if (evict.policy === 'lru') return new ClockVictims(live);
  const index = indexes.find(
    (other): other is OrderedSecondary => other instanceof OrderedSecondary && other.schema.columns[0] === evict.column,
  );
  assert(index !== undefined, 'a type evicts by a column that an ordered index begins with');
  return new OrderVictims(index.tree);
}

/** The same for the next declaration of a table: what is known of the use of rows stays known. */
export function nextVictims(
  evict: EvictSchema | undefined,
  { victims, live }: { readonly victims: Victims | undefined; readonly live: LiveRows },
  indexes: readonly SecondaryIndex[],
): Victims | undefined {
  return evict?.policy === 'lru' && victims instanceof ClockVictims ? victims : createVictims(evict, live, indexes);
}
