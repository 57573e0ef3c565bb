/** Weft with a journal that is synced before a write is acknowledged. */
import { createGrid, defineType } from 'weft';
import type { DurableWay } from '../harness/durable-store.ts';
import { orderColumns } from './order-columns.ts';

const DurableOrder = defineType('DurableOrder', orderColumns, { key: 'id' });

export const WEFT_DURABLE = "weft, durability 'sync'";

export const weftDurable: DurableWay = async (dataDir) => {
  const grid = await createGrid({ types: [DurableOrder], dataDir, durability: 'sync' });
  const orders = grid.space(DurableOrder);
  return {
    name: WEFT_DURABLE,
    write: (order) => orders.write(order),
    quantityOf: async (id) => (await orders.get(id))?.quantity,
    close: async () => grid[Symbol.asyncDispose](),
  };
};
