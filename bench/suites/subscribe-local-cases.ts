/** What the `subscribe-local` suite measures, and how much it must be. */
import { judge, type JudgedCase } from '../harness/case.ts';

export const SUBSCRIBERS = 1000;
/** Of whom so many match each event. */
export const MATCHING = 10;
/** Writes a second, all events taken. */
const RATE_MUST = 100_000;
const RATE_AIM = 300_000;

/** Writes a second, one figure per repetition. */
export type SubscribeRates = {
  readonly subscribed: readonly number[];
  /** A loop over all filters. */
  readonly naive: readonly number[];
  /** Nobody listens. */
  readonly nobody: readonly number[];
};

export function subscribeCases({ subscribed, naive, nobody }: SubscribeRates, label: string): JudgedCase[] {
  const bound = subscribed.map(() => RATE_MUST);
  const name = `${SUBSCRIBERS} subscribers, ${MATCHING} match, ${label}`;
  return [
    judge({
      name: `${name}: writes with all events taken`,
      peerName: `bound of ${RATE_MUST} a second`,
      ours: subscribed,
      theirs: bound,
      must: 1,
      aim: RATE_AIM / RATE_MUST,
    }),
    judge({
      name: `${name}: against a loop`,
      peerName: 'all filters evaluated',
      ours: subscribed,
      theirs: naive,
      must: 0,
    }),
    judge({ name: `${name}: against nobody`, peerName: 'no subscriber', ours: subscribed, theirs: nobody, must: 0 }),
  ];
}
