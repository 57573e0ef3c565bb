/** Paired ratios: a repetition's two rates were measured within seconds of each other. */
export type Ratio = {
  /** Median of each side's rates, in operations a second. */
  readonly ours: number;
  readonly theirs: number;
  /** Median of the repetitions' ratios, ours over theirs: larger is better for us. */
  readonly ratio: number;
  /** Smallest and largest of the repetitions' ratios. */
  readonly spread: readonly [number, number];
};

/** Both lists hold one rate per repetition, in the order of the repetitions. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Ratio {
  if (ours.length !== theirs.length || ours.length === 0) {
    throw new Error(
      `paired ratio of ${ours.length} and ${theirs.length} repetitions: both sides need the same, at least one`,
    );
  }
  const ratios = ours.map((rate, repetition) => rate / theirs[repetition]!);
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    spread: [Math.min(...ratios), Math.max(...ratios)],
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
