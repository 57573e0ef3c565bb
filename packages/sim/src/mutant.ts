import type { AtomicWrite, AtomicWrites, Delivery, Grid, Host, Space, Subscription, Transaction } from '@weft/client';
import type { AnyType } from '@weft/data';
import { Member, type MemberOptions } from '@weft/member';
import type { SimProcess } from './time/sim-process.ts';

/** Mistakes that are made on purpose, to see that the checkers find them. */
export const MUTANTS = [
  'forgetful-sessions',
  'lying-disk',
  'early-answers',
  'wall-deadlines',
  'loose-transactions',
  'forgetful-subscriptions',
  'short-leases',
  'late-acks',
  'idle-renewals',
  'extra-tries',
  'one-address',
  'forgetful-commits',
  'eager-commits',
] as const;
export type Mutant = (typeof MUTANTS)[number];

/** A host whose sessions forget what they have answered: what a client sends again after a cut is done again. */
export class ForgetfulMember extends Member {
  override session(name: string | undefined): ReturnType<Member['session']> {
    const found = super.session(name);
    const { session } = found;
    const reply = session.reply.bind(session);
    if (!found.isResumed) session.reply = (seq, _isKept, write) => reply(seq, false, write);
    return found;
  }
}

/** A grid whose transactions and batches are the single verbs, one after the other. */
function looseGrid(grid: Grid): Grid {
  const transaction = async (callback: (tx: Transaction) => unknown): Promise<unknown> =>
    callback({ attempt: 1, space: (type) => grid.space(type) as never });
  const atomic = async (make: (b: AtomicWrites) => readonly AtomicWrite<unknown>[]): Promise<unknown[]> => {
    const answers: unknown[] = [];
    const single = (run: () => Promise<unknown>): AtomicWrite<never> => run as never;
    const writes = make({
      write: (type, row, options) => single(() => grid.space(type).write(row, options)),
      update: (type, key, patch, options) => single(() => grid.space(type).update(key, patch, options)),
      delete: (type, key) => single(() => grid.space(type).delete(key)),
    });
    for (const write of writes) answers.push(await (write as unknown as () => Promise<unknown>)());
    return answers;
  };
  return altered(grid, { transaction, atomic });
}

/** A grid that begins each subscription with what happens next, whatever position it is asked for. */
function nowOnlyGrid(grid: Grid): Grid {
  return altered(grid, {
    space: (type: AnyType) => {
      const space = grid.space(type);
      const subscribe: typeof space.subscribe = (where, options) =>
        space.subscribe(where, { ...options, from: undefined });
      return altered(space, { subscribe });
    },
  });
}

/** A grid in which a group keeps another position than its member commits. */
function carelessGrid(grid: Grid, commitOf: (subscription: Subscription<AnyType>) => () => Promise<void>): Grid {
  return altered(grid, {
    space: (type: AnyType) => {
      const space = grid.space(type);
      const subscribe: typeof space.subscribe = (where, options) => {
        const subscription = space.subscribe(where, options);
        return altered(subscription, { commit: commitOf(subscription) });
      };
      return altered(space, { subscribe });
    },
  });
}

/** A grid whose leases run out in a quarter of their time. */
function hastyGrid(grid: Grid): Grid {
  return withConsume(grid, (space) => (where, options) => {
    const leaseMs = Number(options?.lease ?? 1000) / 4;
    return space.consume(where, { ...options, lease: leaseMs });
  });
}

/** A grid that hands rows out once more than was said. */
function patientGrid(grid: Grid): Grid {
  return withConsume(grid, (space) => (where, options) => {
    const maxTries = (options?.maxTries ?? 5) + 1;
    return space.consume(where, { ...options, maxTries });
  });
}

/** A grid in which a row may be acknowledged when it is not held any more. */
function lateGrid(grid: Grid): Grid {
  return withDeliveries(grid, (delivery) => ({
    ack: async (): Promise<void> => {
      await delivery.ack().catch(() => undefined);
    },
  }));
}

/** A grid in which deliveries are others than those of the product. */
function withDeliveries(grid: Grid, changesOf: (delivery: Delivery<AnyType>) => Partial<Delivery<AnyType>>): Grid {
  return withConsume(grid, (space) => (where, options) => {
    const consumer = space.consume(where, options);
    const next = async (): Promise<IteratorResult<Delivery<AnyType>, undefined>> => {
      const step = await consumer.next();
      if (step.done === true) return step;
      return { done: false, value: altered(step.value, changesOf(step.value)) };
    };
    return altered(consumer, { next });
  });
}

type Consume = Space<AnyType>['consume'];

function withConsume(grid: Grid, consumeOf: (space: Space<AnyType>) => Consume): Grid {
  return altered(grid, {
    space: (type: AnyType) => {
      const space = grid.space(type);
      return altered(space, { consume: consumeOf(space) });
    },
  });
}

function altered<T extends object>(original: T, changes: Readonly<Record<PropertyKey, unknown>>): T {
  return new Proxy(original, {
    get(target, name) {
      const value = changes[name] ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

export function memberOf(options: MemberOptions, mutant: Mutant | undefined): Member {
  const { grid } = options;
  switch (mutant) {
    case 'forgetful-sessions':
      return new ForgetfulMember(options);
    case 'loose-transactions':
      return new Member({ ...options, grid: looseGrid(grid) });
    case 'forgetful-subscriptions':
      return new Member({ ...options, grid: nowOnlyGrid(grid) });
    case 'short-leases':
      return new Member({ ...options, grid: hastyGrid(grid) });
    case 'late-acks':
      return new Member({ ...options, grid: lateGrid(grid) });
    case 'idle-renewals':
      // They are answered, and the lease goes on as it was.
      return new Member({ ...options, grid: withDeliveries(grid, () => ({ renew: () => Promise.resolve() })) });
    case 'extra-tries':
      return new Member({ ...options, grid: patientGrid(grid) });
    case 'forgetful-commits':
      return new Member({ ...options, grid: carelessGrid(grid, () => () => Promise.resolve()) });
    case 'eager-commits':
      // All that was sent, not what was taken.
      return new Member({ ...options, grid: carelessGrid(grid, (subscription) => () => subscription.commit()) });
    default:
      return new Member(options);
  }
}

/** What a client's grid is given of its process; by mistake, a clock for deadlines that somebody can set. */
export function clientHostOf(process: SimProcess, mutant: Mutant | undefined): Host {
  if (mutant !== 'wall-deadlines') return process;
  const { clock, timers, turns, random } = process;
  const wallMs = (): number => clock.wallMs();
  return { clock: { monotonicMs: wallMs, wallMs }, timers, turns, random };
}
