/** What the `durable` suite compares, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';
import type { DurableRun } from '../harness/durable-run.ts';
import { median } from '../harness/ratio.ts';

const MUST = 1;
const AIM = 2;

/** One number of writers' cases. The fastest of the peers carries the must. */
export function durableCases(weft: string, { rates }: Pick<DurableRun, 'rates'>, writers: number): JudgedCase[] {
  const ours = rates.get(weft);
  if (ours === undefined) throw new Error(`the run has no rates of ${weft}`);
  const peers = [...rates].filter(([name]) => name !== weft).toSorted(([, a], [, b]) => median(b) - median(a));
  const name = `durable write, ${writers} writers`;
  return peers.map(([peerName, theirs], i) =>
    i === 0
      ? judge({ name, peerName, ours, theirs, must: MUST, aim: AIM })
      : judge({ name, peerName, ours, theirs, must: 0 }),
  );
}

/** How often each store had the disk flushed, in a sentence. */
export function flushNote({ rates, flushes }: Pick<DurableRun, 'rates' | 'flushes'>, writers: number): string {
  const figures = [...flushes].map(([name, each]) => {
    if (each.length === 0) return `${name} not counted`;
    const perSecond = median(each);
    const group = median(rates.get(name)!) / perSecond;
    return `${name} ${perSecond.toFixed(0)} (${group.toFixed(0)} writes each)`;
  });
  return `Flushes of the disk a second with ${writers} writers: ${figures.join('; ')}.`;
}
