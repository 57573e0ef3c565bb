/** Weft as an application calls it: one partition, the asynchronous handle and the synchronous one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrid, defineType, t } from 'weft';
import type { PointStore } from '../harness/store.ts';
import { orderColumns } from './order-columns.ts';

const Order = defineType('Order', { ...orderColumns, symbol: t.string().index() }, { key: 'id' });

/** Without a level nothing is logged; `'async'` keeps the journal in a temporary directory. */
export async function openWeft(durability?: 'memory' | 'async'): Promise<PointStore> {
  const dataDir = durability === 'async' ? await mkdtemp(join(tmpdir(), 'weft-bench-')) : undefined;
  const log = durability === undefined ? {} : { durability, ...(dataDir === undefined ? {} : { dataDir }) };
  const grid = await createGrid({ types: [Order], partitions: 1, ...log });
  const orders = grid.space(Order);
  const local = grid.local(Order);
  return {
    name: durability === undefined ? 'weft' : `weft, log in ${durability}`,
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
    close: async () => {
      await grid[Symbol.asyncDispose]();
      if (dataDir !== undefined) await rm(dataDir, { recursive: true });
    },
  };
}
