/** What the suites `kv` and `kv-typed` compare, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { NetRates } from '../harness/net-run.ts';
import { median } from '../harness/ratio.ts';

export type Bound = { readonly must: number; readonly aim?: number };

/** The fastest of the peers carries the must, case by case; `boundOf` tells it by the calls at a time. */
export function kvCases(rates: NetRates, boundOf: (loops: number) => Bound): JudgedCase[] {
  return [...rates].flatMap(([name, stores]) => {
    const ours = stores.get('weft');
    if (ours === undefined) throw new Error('the run has no rates of weft');
    const bound = boundOf(Number(/\d+/.exec(name)?.[0]));
    return [...stores]
      .filter(([store]) => store !== 'weft')
      .toSorted(([, a], [, b]) => median(b) - median(a))
      .map(([peerName, theirs], i) => judge({ name, peerName, ours, theirs, ...(i === 0 ? bound : { must: 0 }) }));
  });
}

/** Every rate, for the result. */
export function kvRates(rates: NetRates): Record<string, Record<string, readonly number[]>> {
  return Object.fromEntries([...rates].map(([name, stores]) => [name, Object.fromEntries(stores)]));
}
