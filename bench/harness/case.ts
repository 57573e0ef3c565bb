import { pairedRatio } from './ratio.ts';

/** One line of a suite's answer, as `--json` prints it. */
export type Case = {
  readonly name: string;
  /** Our median: a rate in operations (or rows) a second, or a figure in the unit of the case. */
  readonly weft: number;
  readonly peer: number;
  /** The peer with its version and how it was called. */
  readonly peerName: string;
  /** Median of the paired ratios; larger is better for us. */
  readonly ratio: number;
  readonly spread: readonly [min: number, max: number];
  /** The ratio that is required; 0 where the case only informs. */
  readonly must: number;
  readonly met: boolean;
};

/** A case with what we would like beyond the must; shown to people only. */
export type JudgedCase = Case & {
  readonly aim?: number;
  /** What `weft` and `peer` count, where these are no rates. */
  readonly unit?: string;
};

export type CaseInput = {
  readonly name: string;
  readonly peerName: string;
  /** Rates, one per repetition. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly must: number;
  readonly aim?: number;
};

export function judge({ name, peerName, ours, theirs, must, aim }: CaseInput): JudgedCase {
  const { ours: weft, theirs: peer, ratio, spread } = pairedRatio(ours, theirs);
  const judged = { name, weft, peer, peerName, ratio, spread, must, met: ratio >= must };
  return aim === undefined ? judged : { ...judged, aim };
}

export type BoundedInput = {
  readonly name: string;
  /** What `bound` is of. */
  readonly peerName: string;
  readonly unit: string;
  /** Figures of which smaller is better, one per repetition. */
  readonly figures: readonly number[];
  readonly bound: number;
  readonly aim?: number;
};

/** A case of figures that must not pass a bound: the ratio is the bound over ours. */
export function judgeBounded({ name, peerName, unit, figures, bound, aim }: BoundedInput): JudgedCase {
  const inverse = judge({
    name,
    peerName,
    ours: figures.map((figure) => 1 / figure),
    theirs: figures.map(() => 1 / bound),
    must: 1,
    ...(aim === undefined ? {} : { aim: bound / aim }),
  });
  return { ...inverse, weft: 1 / inverse.weft, peer: bound, unit };
}
