/** Test help: a grid of accounts, orders, seats and events for tests of transactions. */
import { createGrid, defineType, t, WeftError, type Grid } from 'weft';

export const Account = defineType(
  'Account',
  { id: t.string(), owner: t.string(), balance: t.int64(), note: t.string().optional(), version: t.version() },
  { key: 'id', routing: 'owner' },
);
export const Order = defineType(
  'Order',
  { id: t.id(), owner: t.string(), symbol: t.string(), qty: t.int32(), tags: t.array(t.string()).default([]) },
  { key: 'id', routing: 'owner', indexes: [{ on: 'symbol', kind: 'hash' }] },
);
export const Seat = defineType(
  'Seat',
  { id: t.string(), owner: t.string(), place: t.int32() },
  { key: 'id', routing: 'owner', indexes: [{ on: ['owner', 'place'], kind: 'unique' }] },
);
export const Event = defineType('Event', { what: t.string() });

/** The key of an account or a seat whose owner is `o`. */
export const key = (id: string) => ({ id, owner: 'o' });

/** A grid with accounts a, which has 10, and b, which has nothing. */
export async function openAccounts(): Promise<Grid> {
  const grid = await createGrid({ types: [Account, Order, Seat, Event], partitions: 3 });
  await grid.space(Account).writeMany([
    { id: 'a', owner: 'o', balance: 10n },
    { id: 'b', owner: 'o', balance: 0n },
  ]);
  return grid;
}

export const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What is thrown. */
export async function failure(promise: Promise<unknown>): Promise<WeftError> {
  try {
    await promise;
  } catch (error) {
    if (WeftError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
