import type { AnyType, CallOptions } from '@weft/data';
import type { Agree } from './evolution/evolve-type.ts';
import type { EvolutionReport, Grid } from './grid-api.ts';

/** What a host that serves some of the partitions of a grid does calls with that concern others too. */
export interface ServedGrid {
  /** As `evolve`, which goes over once it is agreed: see `evolveType`. */
  evolveTogether(type: AnyType, options: CallOptions, agree: Agree): Promise<EvolutionReport>;
}

/** Behind a grid in this process. */
export function servedGrid(grid: Grid): ServedGrid {
  return grid as unknown as ServedGrid;
}
