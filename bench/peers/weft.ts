/** Weft as an application calls it: one partition, the asynchronous handle and the synchronous one. */
import { createGrid, defineType, t } from 'weft';
import type { PointStore } from '../harness/store.ts';
import { orderColumns } from './order-columns.ts';

const Order = defineType('Order', { ...orderColumns, symbol: t.string().index() }, { key: 'id' });

export async function openWeft(): Promise<PointStore> {
  const grid = await createGrid({ types: [Order], partitions: 1 });
  const orders = grid.space(Order);
  const local = grid.local(Order);
  return {
    name: 'weft',
    awaited: {
      get: (id) => orders.get(id),
      put: (order) => orders.write(order),
      update: (id, symbol) => orders.update(id, { symbol }),
    },
    sync: {
      get: (id) => local.get(id),
      put: (order) => local.write(order),
      update: (id, symbol) => local.update(id, { symbol }),
    },
    load: async (rows) => void (await orders.writeMany(rows)),
    count: async () => orders.count(),
    countSymbol: async (symbol) => orders.count({ symbol }),
    close: async () => grid[Symbol.asyncDispose](),
  };
}
