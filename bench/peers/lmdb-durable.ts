/**
 * lmdb-js: a put is durable once its promise's `flushed` has resolved (`overlappingSync`, its default, syncs beside the next transaction),
 * or, without that option, once the put's own promise has.
 */
import { open } from 'lmdb';
import type { DurableWay } from '../harness/durable-store.ts';
import { pinned } from '../harness/versions.ts';
import type { Order } from '../orders.ts';

const MAP_BYTES = 2 ** 32;

export const lmdbOverlapping: DurableWay = async (path) => {
  const db = open<Order, string>({ path, mapSize: MAP_BYTES, overlappingSync: true, separateFlushed: true });
  return {
    name: `${pinned('lmdb')}, put().flushed`,
    write: (order) => (db.put(order.id, order) as Promise<boolean> & { readonly flushed: Promise<unknown> }).flushed,
    quantityOf: async (id) => db.get(id)?.quantity,
    close: () => db.close(),
  };
};

export const lmdbInTurn: DurableWay = async (path) => {
  const db = open<Order, string>({ path, mapSize: MAP_BYTES, overlappingSync: false });
  return {
    name: `${pinned('lmdb')}, put() without overlappingSync`,
    write: (order) => db.put(order.id, order),
    quantityOf: async (id) => db.get(id)?.quantity,
    close: () => db.close(),
  };
};
