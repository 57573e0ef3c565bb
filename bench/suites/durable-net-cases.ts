/** What the suite `durable-net` compares, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { NetRates, NetRun } from '../harness/net-run.ts';
import { median } from '../harness/ratio.ts';

const MUST = 1.2;
const AIM = 2;
/** Flushes are counted for a little longer or shorter than writes. */
const FLUSH_SLACK = 1.1;

/** Redis carries the must; PostgreSQL is for information. */
export function durableNetCases(rates: NetRates): JudgedCase[] {
  return [...rates].flatMap(([name, stores]) => {
    const ours = stores.get('weft');
    if (ours === undefined) throw new Error('the run has no rates of weft');
    return [...stores]
      .filter(([store]) => store !== 'weft')
      .map(([peerName, theirs]) =>
        peerName.includes('redis')
          ? judge({ name: `sync ${name}`, peerName, ours, theirs, must: MUST, aim: AIM })
          : judge({ name: `sync ${name}`, peerName, ours, theirs, must: 0 }),
      );
  });
}

/** How often each store had the disk flushed, a sentence for each case. */
export function flushNotes({ rates, flushes }: NetRun): string[] {
  return [...flushes].map(([name, stores]) => {
    const figures = [...stores].map(([store, each]) => {
      if (each.length === 0) return `${store} not counted`;
      const perSecond = median(each);
      return `${store} ${perSecond.toFixed(0)} (${(median(rates.get(name)!.get(store)!) / perSecond).toFixed(0)} writes each)`;
    });
    return `Flushes of the disk a second, ${name}: ${figures.join('; ')}.`;
  });
}

/**
 * Throws where more writes were acknowledged than flushes can have covered: one covers those in flight at most. Where the disk's flushes are not counted, or
 * not even those of the peer show, nothing is said.
 */
export function checkFlushes({ rates, flushes }: NetRun): void {
  for (const [name, stores] of flushes) {
    const inFlight = Number(/(\d+) in flight/.exec(name)?.[1]);
    const others = [...stores].filter(([store]) => store !== 'weft').flatMap(([, each]) => each);
    const ours = stores.get('weft') ?? [];
    if (ours.length === 0 || !(median(others) > 0)) continue;
    const each = median(rates.get(name)!.get('weft')!) / median(ours);
    if (each > FLUSH_SLACK * inFlight)
      throw new Error(`${name}: ${each.toFixed(0)} writes for each flush of the disk were acknowledged`);
  }
}
