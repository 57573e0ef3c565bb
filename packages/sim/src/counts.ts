import type { Membership } from './check/history.ts';
import type { Recorder } from './load/recorder.ts';

const OTHER_VERBS: ReadonlySet<string> = new Set(['append', 'transfer', 'audit', 'put', 'take']);

/** How many operations there were of each kind. */
export function countsOf(
  { calls, segments, deliveries, renewals, letters = [] }: Recorder,
  memberships: readonly Membership[],
): Map<string, number> {
  const counts = new Map([
    ['event', segments.reduce((sum, { events }) => sum + events.length, 0)],
    ['delivery', deliveries.length],
    ['renewal', renewals],
    ['letter', letters.length],
    ...groupCounts(memberships),
  ]);
  for (const { verb } of calls) {
    const kind = OTHER_VERBS.has(verb) ? verb : 'register';
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** `shared-event`: given again, to the same member or another. */
function groupCounts(memberships: readonly Membership[]): [string, number][] {
  const events = memberships.flatMap((each) => each.events);
  const different = new Set(events.map(({ partition, lsn }) => `${partition}/${lsn}`)).size;
  const commits = memberships.flatMap((each) => each.commits).filter(({ to }) => to < Infinity);
  return [
    ['group-event', different],
    ['group-event-again', events.length - different],
    ['group-commit', commits.length],
  ];
}
