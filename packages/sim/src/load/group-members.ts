import { SeededRandom } from '../seeded-random.ts';

/** A client that shares the changes of the registers with the other members of a group. */
export interface PlannedMember {
  readonly client: number;
  /** Events that may wait for it. */
  readonly buffer: number;
  /** Mean time that it takes for an event. */
  readonly eventMs: number;
  /** How likely it commits behind an event. */
  readonly commitShare: number;
  /** How likely it leaves behind an event, with or without a commit, and joins again. */
  readonly leaveShare: number;
}

/** One alone, several, or none in most runs; none where a disk may lose the end of what was told. */
export function membersOf(seed: number, clients: number, durability: string): PlannedMember[] {
  const random = new SeededRandom(seed, 'members');
  if (durability !== 'sync' || random.chance(0.5)) return [];
  const count = random.chance(0.5) ? 1 : 2 + random.below(3);
  return Array.from({ length: count }, () => ({
    client: random.below(clients),
    buffer: random.pick([2, 1024]),
    eventMs: random.pick([0, 5, 30]),
    commitShare: random.pick([0.1, 0.5]),
    leaveShare: random.pick([0, 0.05, 0.2]),
  }));
}
