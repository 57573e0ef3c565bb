/** Weft's memory: orders in one partition, with their key index alone. */
import { createGrid, defineType } from 'weft';
import type { MemoryStore } from '../harness/memory-store.ts';
import { residentBytesAtRest } from '../harness/resident.ts';
import { orderColumns } from './order-columns.ts';

const HeldOrder = defineType('HeldOrder', orderColumns, { key: 'id' });

export async function openWeftMemory(): Promise<MemoryStore> {
  const grid = await createGrid({ types: [HeldOrder], partitions: 1 });
  const orders = grid.space(HeldOrder);
  const emptyBytes = grid.stats().bytes;
  const baselineBytes = await residentBytesAtRest();
  return {
    name: 'weft',
    load: async (rows) => void (await orders.writeMany(rows)),
    held: async () => ({
      residentBytes: (await residentBytesAtRest()) - baselineBytes,
      ownBytes: grid.stats().bytes - emptyBytes,
    }),
    count: async () => orders.count(),
    get: (id) => orders.get(id),
    close: () => grid[Symbol.asyncDispose](),
  };
}
