/** A member of a consumer group, and what all of its members heard. */
import { expect } from 'vitest';
import type { Grid, Subscription, SubscriptionEvent } from 'weft';
import { Item } from './history.ts';

export interface Group {
  readonly told: { readonly partition: number; readonly lsn: number }[];
  /** By partition: what was taken when it was committed, at least. */
  readonly committed: number[];
  /** Counts who came and left: partitions may be others' since. */
  shares: number;
}

/** Over a network: events that may be on their way to a member when their partition becomes another's. */
const ON_THEIR_WAY = process.env['WEFT_TEST_GRID'] === undefined ? 0 : 2;

export class Member {
  readonly #group: Group;
  readonly #subscription: Subscription<typeof Item>;
  /** By partition: the last event taken since the partitions were last shared out. */
  #taken = new Map<number, number>();
  #shares = 0;
  /** Taken since then. */
  #takenOfShares = 0;
  /** As it was when the next event was asked for: it may have been handed out then, and to another member since. */
  #committed: readonly number[] = [];
  #look: Promise<IteratorResult<SubscriptionEvent<typeof Item>, undefined>> | undefined;

  private constructor(group: Group, subscription: Subscription<typeof Item>) {
    this.#group = group;
    this.#subscription = subscription;
  }

  static async join(grid: Grid, group: Group): Promise<Member> {
    group.shares++;
    const subscription = grid.space(Item).subscribe(undefined, { group: 'all', buffer: 3 });
    await subscription.ready;
    return new Member(group, subscription);
  }

  async take(count: number): Promise<number> {
    for (let taken = 0; taken < count; taken++) {
      if (this.#look === undefined) {
        this.#committed = [...this.#group.committed];
        if (this.#shares !== this.#group.shares) {
          this.#taken = new Map();
          this.#takenOfShares = 0;
        }
        this.#shares = this.#group.shares;
        this.#look = this.#subscription.next();
      }
      const step = await Promise.race([this.#look, someTurns()]);
      if (step === undefined) return taken;
      this.#look = undefined;
      const event = step.value;
      if (event === undefined || !('lsn' in event)) throw new Error('a member hears of changes');
      if (++this.#takenOfShares > ON_THEIR_WAY) {
        expect(event.lsn).toBeGreaterThan(this.#committed[event.partition]!);
        this.#taken.set(event.partition, event.lsn);
      }
      this.#group.told.push(event);
    }
    return count;
  }

  /** What was taken of partitions that are certainly the member's comes to nobody again. */
  async commit(): Promise<void> {
    if (this.#look !== undefined) return;
    await this.#subscription.commit();
    if (this.#shares !== this.#group.shares) return;
    for (const [partition, lsn] of this.#taken)
      this.#group.committed[partition] = Math.max(lsn, this.#group.committed[partition]!);
  }

  /** Resolves once its partitions are others', who are so many. */
  async leave(grid: Grid, others: number): Promise<void> {
    this.#group.shares++;
    this.#subscription.close();
    while (grid.stats().events.subscribers > others) await someTurns();
  }
}

async function someTurns(): Promise<undefined> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}
