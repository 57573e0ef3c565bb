import type { AggregatePartial, AnyType, CallOptions, ChangeFeed } from '@weft/data';
import type { Space, WriteManyOptions, WriteManyResult } from './api.ts';
import type { RowsBefore } from './many-writer.ts';
import type { Router } from './router.ts';

/** What a host that serves a type to others over a network does calls with that are in parts: point calls go by the caller's own turn, without objects. */
export interface ServedType {
  readonly router: Router;
  readonly feed: ChangeFeed;
  /** As `writeMany`, of some of the rows of a call: what is told of them counts with those before. */
  writeRows(
    rows: Iterable<object>,
    options: WriteManyOptions | undefined,
    before: RowsBefore,
  ): Promise<WriteManyResult>;
  /** As `aggregate`, of what this host has: to be merged with what others have. */
  partial(request: object, options: CallOptions): Promise<AggregatePartial>;
}

/** Behind the handle of a grid in this process. */
export function servedType(space: Space<AnyType>): ServedType {
  return (space as unknown as { readonly served: ServedType }).served;
}
