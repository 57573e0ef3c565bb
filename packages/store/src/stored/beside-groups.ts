import type { PartitionLog } from '@weft/log';
import type { BesideRows } from './beside-rows.ts';

export type GroupPiece = readonly [type: string, group: string, position: number];

/** How far consumer groups are. */
export function besideGroups(log: PartitionLog): BesideRows {
  return {
    image: () => [Array.from(log.groups.all(), ({ type, group, position }): GroupPiece => [type, group, position])],
    restore(pieces) {
      for (const [type, group, position] of pieces as readonly GroupPiece[]) log.knowGroup(type, group, position);
    },
  };
}
