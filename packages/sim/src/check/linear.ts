/** What a call does to one object, for the search of an order. */
export interface LinearCall<S> {
  /** When it was made, and when it had ended: Infinity where nobody knows. */
  readonly from: number;
  readonly to: number;
  /** Whether it was done for certain: others may be left out. */
  readonly isCertain: boolean;
  /** Of those that are not certain: what all of this kind do is the same, so that nobody need try more than the earliest of them. */
  readonly kind?: string;
  /** It is not done behind a call that was made later than this. */
  readonly until?: number;
  /** States that it may leave of this one, given what it answered; none where it cannot have come here. */
  apply(state: S): readonly S[];
}

export type LinearAnswer = 'linearizable' | 'not linearizable' | 'undecided';

/** Steps of a search, past which it is given up. */
const LINEAR_STEPS_MAX = 200_000;

/**
 * Whether there is an order of the calls in which each comes between its beginning and its end and every answer is right: the search of Wing and Gong
 * (Testing and Verifying Concurrent Objects, 1993) with the memory of Lowe (Testing for linearizability, 2017). `keyOf` tells states apart.
 */
export function checkLinear<S>(
  calls: readonly LinearCall<S>[],
  initial: S,
  keyOf: (state: S) => string,
  stepsMax = LINEAR_STEPS_MAX,
): LinearAnswer {
  const ordered = calls.toSorted((a, b) => a.from - b.from);
  const certain = ordered.reduce((bits, { isCertain }, at) => (isCertain ? bits | (1n << BigInt(at)) : bits), 0n);
  const seen = new Set<string>();
  // Depth first: what was done already, as bits, and the state that it left.
  const open: { readonly done: bigint; readonly state: S }[] = [{ done: 0n, state: initial }];
  for (let steps = 0; open.length > 0; steps++) {
    if (steps > stepsMax) return 'undecided';
    const { done, state } = open.pop()!;
    if ((done & certain) === certain) return 'linearizable';
    for (const next of candidates(ordered, done))
      for (const left of ordered[next]!.apply(state)) {
        const doneNow = withoutOver(ordered, done | (1n << BigInt(next)));
        const key = `${doneNow.toString(36)} ${keyOf(left)}`;
        if (seen.has(key)) continue;
        seen.add(key);
        open.push({ done: doneNow, state: left });
      }
  }
  return 'not linearizable';
}

/** When the latest was made of those that are done. */
function lastFromOf<S>(ordered: readonly LinearCall<S>[], done: bigint): number {
  return done === 0n ? -Infinity : ordered[done.toString(2).length - 1]!.from;
}

/** Whether a call was done or left out is all the same once it cannot be done any more: it counts as done, so that ways that differ in no more are one. */
function withoutOver<S>(ordered: readonly LinearCall<S>[], done: bigint): bigint {
  const lastFrom = lastFromOf(ordered, done);
  let bits = done;
  for (const [at, { from, until = Infinity }] of ordered.entries()) {
    if (from > lastFrom) break;
    if (until < lastFrom) bits |= 1n << BigInt(at);
  }
  return bits;
}

/**
 * Calls that may come next: those that began before every other that is left has ended. What is tried first comes last: of those that were done for
 * certain the one that ended first, and others only where that leads nowhere.
 */
function candidates<S>(ordered: readonly LinearCall<S>[], done: bigint): number[] {
  let endsFirst = Infinity;
  const left: number[] = [];
  const kinds = new Set<string>();
  const lastFrom = lastFromOf(ordered, done);
  for (const [at, { from, to, isCertain, kind, until = Infinity }] of ordered.entries()) {
    if ((done >> BigInt(at)) & 1n || lastFrom > until) continue;
    if (from > endsFirst) break;
    if (kind !== undefined && kinds.has(kind)) continue;
    if (kind !== undefined) kinds.add(kind);
    left.push(at);
    if (isCertain) endsFirst = Math.min(endsFirst, to);
  }
  const may = left.filter((at) => ordered[at]!.from <= endsFirst).toSorted((a, b) => ordered[b]!.to - ordered[a]!.to);
  return [...may.filter((at) => !ordered[at]!.isCertain), ...may.filter((at) => ordered[at]!.isCertain)];
}
