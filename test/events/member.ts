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

export class Member {
  readonly #group: Group;
  readonly #subscription: Subscription<typeof Item>;
  /** By partition: the last event taken since the partitions were last shared out. */
  #taken = new Map<number, number>();
  #shares = 0;
  /** As it was when the next event was asked for: it may have been handed out then, and to another member since. */
  #committed: readonly number[] = [];
  #look: Promise<IteratorResult<SubscriptionEvent<typeof Item>, undefined>> | undefined;

  constructor(grid: Grid, group: Group) {
    this.#group = group;
    group.shares++;
    this.#subscription = grid.space(Item).subscribe(undefined, { group: 'all', buffer: 3 });
  }

  async take(count: number): Promise<number> {
    for (let taken = 0; taken < count; taken++) {
      if (this.#look === undefined) {
        this.#committed = [...this.#group.committed];
        if (this.#shares !== this.#group.shares) this.#taken = new Map();
        this.#shares = this.#group.shares;
        this.#look = this.#subscription.next();
      }
      const step = await Promise.race([this.#look, someTurns()]);
      if (step === undefined) return taken;
      this.#look = undefined;
      const event = step.value;
      if (event === undefined || !('lsn' in event)) throw new Error('a member hears of changes');
      expect(event.lsn).toBeGreaterThan(this.#committed[event.partition]!);
      this.#taken.set(event.partition, event.lsn);
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

  close(): void {
    this.#group.shares++;
    this.#subscription.close();
  }
}

async function someTurns(): Promise<undefined> {
  for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
  return undefined;
}
