import type { PartitionLog } from '@weft/log';
import type { BesideRows } from './beside-rows.ts';

type Piece = readonly [type: string, group: string, position: number];

/** How far consumer groups are. */
export function besideGroups(log: PartitionLog): BesideRows {
  return {
    image: () => [Array.from(log.groups.all(), ({ type, group, position }): Piece => [type, group, position])],
    restore(pieces) {
      for (const [type, group, position] of pieces as readonly Piece[]) log.knowGroup(type, group, position);
    },
  };
}
