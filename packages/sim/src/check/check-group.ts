import type { GroupEvent, Membership, Violation } from './history.ts';
import { stateKey } from './register.ts';

/**
 * The members of a group that began in front of all hear of each change at least once, all of them together. One that is alone, so that nobody takes its
 * partitions, is given each partition in order: what comes next, or from what was committed on once more; and nothing of what was committed. Where its
 * session was lost before a commit came through, it may be given some of that again, and then what lies behind it.
 */
export function checkGroup(memberships: readonly Membership[], isAlone: boolean): Violation[] {
  const changes = changesOf(memberships);
  return [...gaps(changes), ...(isAlone ? [...givenAgain(memberships), ...leaps(memberships, changes)] : [])];
}

/** Of each partition, each change that anybody was given, once, in their order. */
function changesOf(memberships: readonly Membership[]): Map<number, GroupEvent[]> {
  const changes = new Map<number, Map<number, GroupEvent>>();
  for (const event of memberships.flatMap(({ events }) => events)) {
    const own = changes.get(event.partition!) ?? new Map<number, GroupEvent>();
    changes.set(event.partition!, own.set(event.lsn!, event));
  }
  return new Map([...changes].map(([p, own]) => [p, [...own.values()].toSorted((a, b) => a.lsn! - b.lsn!)]));
}

/** Each change of a row begins with what the one before has left, and the first with nothing. */
function gaps(changes: ReadonlyMap<number, readonly GroupEvent[]>): Violation[] {
  return [...changes].flatMap(([partition, own]) => {
    const rows = new Map<string, string>();
    return own.flatMap(({ type, key, lsn, before, after }) => {
      const known = rows.get(key!) ?? '';
      rows.set(key!, stateKey(after));
      if (known === stateKey(before)) return [];
      const text = `${type} of ${key} at ${partition}/${lsn} changes ${stateKey(before) || 'nothing'}, and members were told that it was ${known || 'nothing'}`;
      return [broken(text)];
    });
  });
}

/**
 * What was committed is not given again to anybody who joins later. (A member whose host was lost is given again what was on its way before its commit was
 * said once more to the next host.)
 */
function givenAgain(memberships: readonly Membership[]): Violation[] {
  const commits = memberships.flatMap((own, index) => own.commits.map((commit) => ({ ...commit, index })));
  return commits.flatMap(({ kept, to, index }) => {
    if (to === Infinity) return [];
    const later = memberships.slice(index + 1).flatMap(({ events }) => events);
    const again = later.find(({ partition, lsn }) => lsn! <= (kept.get(partition!) ?? -1));
    if (again === undefined) return [];
    const { partition, lsn, at } = again;
    return [broken(`${partition}/${kept.get(partition!)} was committed at ${to}, and ${lsn} given again at ${at}`)];
  });
}

/** Who is given a change is given the next one then that nobody has committed, or one that it was given before. */
function leaps(memberships: readonly Membership[], changes: ReadonlyMap<number, readonly GroupEvent[]>): Violation[] {
  const given = new Map<number, GroupEvent>();
  const places = new Map([...changes].map(([p, own]) => [p, new Map(own.map(({ lsn }, place) => [lsn!, place]))]));
  const commits = memberships.flatMap((own) => own.commits);
  const placeOf = ({ partition, lsn }: GroupEvent): number => places.get(partition!)!.get(lsn!)!;
  return memberships
    .flatMap(({ events }) => events)
    .flatMap((event) => {
      const last = given.get(event.partition!);
      given.set(event.partition!, event);
      const own = changes.get(event.partition!)!.slice(last === undefined ? 0 : placeOf(last) + 1, placeOf(event));
      const upTo = commits
        .filter(({ from }) => from < event.at)
        .map((commit) => commit.upTo.get(event.partition!) ?? 0);
      if (own.every(({ lsn }) => lsn! <= Math.max(0, ...upTo))) return [];
      return [
        broken(`${event.partition}/${event.lsn} came behind ${last?.lsn ?? 'nothing'}, and something lies between`),
      ];
    });
}

function broken(text: string): Violation {
  return { check: 'groups', text };
}
