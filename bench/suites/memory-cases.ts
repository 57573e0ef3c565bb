/** What the `memory` suite compares, and how much it must be. */
import type { JudgedCase } from '../harness/case.ts';
import type { Measured } from '../harness/memory-child.ts';
import { median } from '../harness/ratio.ts';
import { rowsLabel } from '../harness/table.ts';

/** What one store held in one repetition, by count of rows. */
export type Figures = readonly Measured[];

/** `must`: 0 for a peer that only informs. */
export type MemoryPeer = { readonly figures: readonly Figures[]; readonly must: number; readonly aim?: number };

/** Bytes of one row that count against us: the larger of the two accounts. */
export function ourBytes({ rows, ownBytes, residentBytes }: Measured): number {
  return Math.max(ownBytes, residentBytes) / rows;
}

/** Bytes of one row that count for a peer: the smaller of the two. */
export function peerBytes({ rows, ownBytes, residentBytes }: Measured): number {
  return Math.min(ownBytes, residentBytes) / rows;
}

/** A case for each count, and first the worst of them, which carries the must. `weft`, `figures`: one entry for each repetition. */
export function memoryCases(weft: readonly Figures[], { figures, must, aim }: MemoryPeer): JudgedCase[] {
  const each = weft[0]!.map((_, at) => {
    const ours = weft.map((counts) => ourBytes(counts[at]!));
    const theirs = figures.map((counts) => peerBytes(counts[at]!));
    const ratios = ours.map((bytes, repetition) => theirs[repetition]! / bytes);
    return {
      name: `bytes a row, ${rowsLabel(weft[0]![at]!.rows)} rows`,
      weft: median(ours),
      peer: median(theirs),
      peerName: figures[0]![at]!.name,
      ratio: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)] as const,
      unit: 'B',
    };
  });
  const worst = each.reduce((least, one) => (one.ratio < least.ratio ? one : least));
  return [
    {
      ...worst,
      name: `bytes a row, worst of ${each.length} counts`,
      must,
      met: worst.ratio >= must,
      ...(aim === undefined ? {} : { aim }),
    },
    ...each.map((one) => ({ ...one, must: 0, met: true })),
  ];
}
