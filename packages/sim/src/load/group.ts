import type { Grid } from '@weft/client';
import type { Position } from '@weft/data';
import type { FollowedEvent, GroupCommit, Membership, RegisterState } from '../check/history.ts';
import { stateKey } from '../check/register.ts';
import type { Recorder } from './recorder.ts';
import { Register } from './types.ts';

export const GROUP = 'readers';

/** Makes the group where it is not known yet: before anything has changed it begins in front of all. */
export function foundGroup(grid: Grid): void {
  grid.space(Register).subscribe(undefined, { group: GROUP }).close();
}

/** What the members of the group have heard and committed, all of them together. */
export class Group {
  readonly memberships: Membership[] = [];
  readonly #recorder: Recorder;
  /** By key, the last change that any of them was given. */
  readonly #rows = new Map<string, { readonly lsn: number; readonly after: RegisterState }>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  /** Whether what they have heard comes to these rows. */
  hasHeard(rows: ReadonlyMap<string, RegisterState>): boolean {
    const known = [...this.#rows].filter(([, { after }]) => after !== undefined);
    return known.length === rows.size && known.every(([key, { after }]) => stateKey(rows.get(key)) === stateKey(after));
  }

  /** A client joins. */
  joins(client: number): Membership {
    const membership: Membership = { client, events: [], commits: [] };
    this.memberships.push(membership);
    this.#recorder.note(`member ${client} joins`);
    return membership;
  }

  heard({ client, events }: Membership, event: FollowedEvent): void {
    const { key, partition, lsn, after } = event;
    events.push({ ...event, at: this.#recorder.look().place });
    if (key !== undefined && lsn! >= (this.#rows.get(key)?.lsn ?? 0)) this.#rows.set(key, { lsn: lsn!, after });
    this.#recorder.note(`member ${client} ${event.type} ${key} ${stateKey(after)} at ${partition}/${lsn}`);
  }

  /** A member begins to commit what its subscription says that it was given. */
  commits({ commits }: Membership, position: Position | undefined): GroupCommit {
    const upTo = lsnsOf(position);
    const commit: GroupCommit = { from: this.#recorder.look().place, upTo, to: Infinity, kept: new Map() };
    commits.push(commit);
    this.#recorder.note(`member commits ${[...commit.upTo].join(' ')}`);
    return commit;
  }

  /** It is told that it is kept: all of it, unless the subscription has begun anew meanwhile, where the group was then; its position says so. */
  committed(commit: GroupCommit, position: Position | undefined): void {
    const now = lsnsOf(position);
    commit.to = this.#recorder.look().place;
    commit.kept = new Map([...commit.upTo].map(([p, lsn]) => [p, Math.min(lsn, now.get(p) ?? 0)]));
    this.#recorder.note(`committed ${[...commit.kept].join(' ')}`);
  }
}

/** By partition, as `formatPosition` writes them. */
function lsnsOf(position: Position | undefined): Map<number, number> {
  const lsns = position?.slice(position.lastIndexOf('.') + 1).split(',') ?? [];
  return new Map(lsns.map((lsn, partition) => [partition, Number.parseInt(lsn, 36)]));
}
