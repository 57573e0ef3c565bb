import type { ChangeFeed } from '@weft/data';
import type { AnyType } from '@weft/data';
import type { Router } from './router.ts';
import type { Space } from './api.ts';

/** What a host that serves a type to others over a network does point calls with: the caller's own turn, values by ordinal, no objects between. */
export interface ServedType {
  readonly router: Router;
  readonly feed: ChangeFeed;
}

/** Behind the handle of a grid in this process. */
export function servedType(space: Space<AnyType>): ServedType {
  return (space as unknown as { readonly served: ServedType }).served;
}
