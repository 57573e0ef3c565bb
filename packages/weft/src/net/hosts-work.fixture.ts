/** Test help: what programs do with a space whose hosts die meanwhile, each noting what it knows for certain. */
import { WeftError } from '@weft/base';
import type { RemoteGrid, SubscriptionEvent } from '@weft/client';
import { defineType, t } from '@weft/data';

export const Job = defineType('Job', { id: t.int32(), kind: t.enum(['held', 'taken']) }, { key: 'id' });
export const Bill = defineType('Bill', { id: t.int32() }, { key: 'id' });
export const Account = defineType(
  'Account',
  { owner: t.string(), name: t.enum(['a', 'b']), balance: t.int32() },
  { key: ['owner', 'name'], routing: 'owner' },
);
export const OWNERS = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay'];

const TIMEOUT = '30s';
/** What a call may say whose host was lost; the first in doubt. */
const LOST = ['OUTCOME_UNKNOWN', 'UNREACHABLE', 'LEASE_LOST', 'CLOSED', 'OVERLOADED'];

export interface Work {
  readonly grid: RemoteGrid;
  /** Nothing new is begun. */
  isEnding: boolean;
  /** What must never be. */
  readonly faults: unknown[];
}

/** Tries until it has an answer: with an idempotencyId that is done once. */
async function answered<T>(run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isLost(error)) throw error;
      await pause();
    }
  }
}

function isLost(error: unknown): boolean {
  return WeftError.is(error) && LOST.includes(error.code);
}

function isInDoubt(error: unknown): boolean {
  return WeftError.is(error) && error.outcome === 'in-doubt';
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

function noted(work: Work, run: () => Promise<void>): Promise<void> {
  return run().catch((error: unknown) => void work.faults.push(error));
}

/** Rows with numbers, four at a time. */
export function produced<T extends typeof Job | typeof Bill>(work: Work, type: T, row: (id: number) => object) {
  const done = new Set<number>();
  let next = 0;
  const space = work.grid.space(type as typeof Bill);
  const one = async (): Promise<void> => {
    while (!work.isEnding) {
      const id = next++;
      const options = { onConflict: 'fail', idempotencyId: `${type.name} ${id}`, timeout: TIMEOUT } as const;
      await answered(() => space.write(row(id) as { id: number }, options));
      done.add(id);
      await pause();
    }
  };
  return { done, ended: Promise.all(Array.from({ length: 4 }, () => noted(work, one))) };
}

/** Two consumers that give each fifth job back the first time. A job whose end was acknowledged is never given again. */
export function consumed(work: Work) {
  const acked = new Set<number>();
  const inDoubt = new Set<number>();
  let isStopped = false;
  const stops: (() => unknown)[] = [];
  const one = async (): Promise<void> => {
    while (!isStopped) {
      const consumer = work.grid.space(Job).consume({ kind: 'held' }, { lease: '5s', prefetch: 4, maxTries: 1000 });
      stops.push(() => consumer.return!());
      try {
        for await (const job of consumer) {
          const { id } = job.row;
          if (acked.has(id)) work.faults.push(`job ${id} was done and is given again`);
          if (id % 5 === 0 && job.tries === 1) {
            await job.nack();
            continue;
          }
          await job.ack().then(
            () => void acked.add(id),
            (error: unknown) => {
              if (isInDoubt(error)) inDoubt.add(id);
              if (!isLost(error)) throw error;
            },
          );
        }
      } catch (error) {
        if (!isLost(error)) throw error;
        await pause();
      }
    }
  };
  const ended = [noted(work, one), noted(work, one)];
  const stop = async (): Promise<void> => {
    isStopped = true;
    for (const end of stops) await end();
    await Promise.all(ended);
  };
  return { acked, inDoubt, stop };
}

/** Two that take rows away. */
export function taken(work: Work) {
  const known = { taken: new Set<number>(), inDoubt: 0 };
  let isStopped = false;
  const one = async (): Promise<void> => {
    while (!isStopped) {
      try {
        const row = await work.grid.space(Job).take({ kind: 'taken' }, { wait: '200ms', timeout: TIMEOUT });
        if (row === undefined) continue;
        if (known.taken.has(row.id)) work.faults.push(`job ${row.id} was taken twice`);
        known.taken.add(row.id);
      } catch (error) {
        if (isInDoubt(error)) known.inDoubt++;
        if (!isLost(error)) throw error;
        await pause();
      }
    }
  };
  const ended = [noted(work, one), noted(work, one)];
  const stop = async (): Promise<void> => {
    isStopped = true;
    await Promise.all(ended);
  };
  return {
    taken: known.taken,
    get inDoubt() {
      return known.inDoubt;
    },
    stop,
  };
}

/** Two members of a group. */
export function heardOf(work: Work) {
  const keys = new Set<number>();
  const ends: (() => Promise<void>)[] = [];
  const one = async (): Promise<void> => {
    const member = work.grid.space(Bill).subscribe(undefined, { group: 'billing' });
    const commit = (): Promise<void> => answered(() => member.commit());
    let isStopped = false;
    const ended = noted(work, async () => {
      let heard = 0;
      for await (const event of member as AsyncIterable<SubscriptionEvent<typeof Bill>>) {
        if (event.type === 'insert') keys.add(event.key);
        if (++heard % 10 === 0 && !isStopped) await commit();
      }
    });
    ends.push(async () => {
      isStopped = true;
      await commit();
      member.close();
      await ended;
    });
  };
  void one();
  void one();
  const stop = async (): Promise<void> => {
    await Promise.all(ends.map((end) => noted(work, end)));
  };
  return { keys, stop };
}

/** Moves one from one account to the other, again and again. */
export function moved(work: Work, owner: string) {
  const known = { count: 0 };
  const accounts = { a: { owner, name: 'a' }, b: { owner, name: 'b' } } as const;
  const ended = noted(work, async () => {
    while (!work.isEnding) {
      const idempotencyId = `${owner} ${known.count}`;
      await answered(() =>
        work.grid.transaction(
          async (tx) => {
            const space = tx.space(Account);
            const [from, to] = [await space.getOrThrow(accounts.a), await space.getOrThrow(accounts.b)];
            await space.update(accounts.a, { balance: from.balance - 1 });
            await space.update(accounts.b, { balance: to.balance + 1 });
          },
          { idempotencyId, timeout: TIMEOUT },
        ),
      );
      known.count++;
      await pause();
    }
  });
  return {
    owner,
    get count() {
      return known.count;
    },
    ended,
  };
}
