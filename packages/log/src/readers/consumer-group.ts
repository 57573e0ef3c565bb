import type { TypeSchema } from '@weft/data';
import type { PartitionLog } from '../partition-log.ts';

/** What a group needs of its members. */
export interface GroupMember {
  /** Partitions that are this member's from now on, each with where a new owner begins. */
  assign(begins: ReadonlyMap<number, number>): void;
}

/**
 * Subscribers that share the changes of a type: each partition is one member's at a time. How far the group is stands in the partitions' logs; a
 * partition that goes from one member to another goes on from there, so that what was taken and not committed comes again.
 */
export class ConsumerGroup {
  readonly #schema: TypeSchema;
  readonly #name: string;
  readonly #logs: readonly PartitionLog[];
  /** In the order in which they joined. */
  readonly #members: GroupMember[] = [];
  /** By partition. */
  #owners: readonly GroupMember[] = [];

  constructor(schema: TypeSchema, name: string, logs: readonly PartitionLog[]) {
    this.#schema = schema;
    this.#name = name;
    this.#logs = logs;
  }

  get size(): number {
    return this.#members.length;
  }

  /** Whether any partition's log knows the group. */
  get isKnown(): boolean {
    return this.#logs.some((log) => log.groups.get(this.#schema.name, this.#name) !== undefined);
  }

  committedAt(partition: number): number {
    return this.#logs[partition].groups.get(this.#schema.name, this.#name) ?? 0;
  }

  /** Where the group goes on, set before its first member joins. */
  startAt(lsns: ArrayLike<number>): void {
    for (const [partition, log] of this.#logs.entries()) log.groupCommitted(this.#schema, this.#name, lsns[partition]);
  }

  join(member: GroupMember): void {
    this.#members.push(member);
    this.#share();
  }

  leave(member: GroupMember): void {
    const at = this.#members.indexOf(member);
    if (at < 0) return;
    this.#members.splice(at, 1);
    this.#share();
  }

  /** Keeps how far a member is in its partitions, those that it has lost left out; resolves once that is committed. Positions only rise. */
  async commit(member: GroupMember, lsns: ArrayLike<number>): Promise<void> {
    for (const log of this.#logs) log.admit();
    const waits = this.#logs.flatMap((log, partition) => {
      const lsn = lsns[partition];
      if (this.#owners[partition] !== member || lsn <= this.committedAt(partition)) return [];
      return log.commits.wait(log.groupCommitted(this.#schema, this.#name, lsn)) ?? [];
    });
    await Promise.all(waits);
  }

  /** Shares out the partitions so that no member has two more than another, and as few as possible change hands. */
  #share(): void {
    const before = this.#owners;
    const owners = this.#fairOwners();
    this.#owners = owners;
    for (const member of this.#members) {
      const isSame = before.length > 0 && owners.every((owner, p) => (owner === member) === (before[p] === member));
      if (isSame) continue;
      const own = owners.flatMap((owner, p) => (owner === member ? [[p, this.committedAt(p)] as const] : []));
      member.assign(new Map(own));
    }
  }

  #fairOwners(): GroupMember[] {
    const { length: count } = this.#members;
    if (count === 0) return [];
    const { length: partitions } = this.#logs;
    const least = Math.floor(partitions / count);
    const left = new Map(this.#members.map((member, at) => [member, least + (at < partitions % count ? 1 : 0)]));
    const take = (member: GroupMember | undefined): boolean => {
      const room = member === undefined ? 0 : (left.get(member) ?? 0);
      if (room > 0) left.set(member!, room - 1);
      return room > 0;
    };
    const kept = this.#logs.map((_, p) => (take(this.#owners[p]) ? this.#owners[p] : undefined));
    return kept.map((owner) => owner ?? this.#members.find((member) => take(member))!);
  }
}
