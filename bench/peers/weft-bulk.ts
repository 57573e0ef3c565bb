/** Weft's bulk load: `writeMany` of an array of typed rows into a table with its key and no other index. */
import { count, createGrid, defineType, max, min, sum } from 'weft';
import type { BulkTable, BulkWay } from '../harness/bulk-run.ts';
import { orderColumns } from './order-columns.ts';

const LoadedOrder = defineType('LoadedOrder', orderColumns, { key: 'id' });

export const weftWriteMany: BulkWay = { name: 'weft', open };

async function open(): Promise<BulkTable> {
  const grid = await createGrid({ types: [LoadedOrder], partitions: 1 });
  const orders = grid.space(LoadedOrder);
  return {
    load: async (rows) => void (await orders.writeMany(rows)),
    write: (order) => orders.write(order),
    totals: async () => {
      const [all] = await orders.aggregate({
        select: {
          rows: count(),
          quantity: sum('quantity'),
          flags: sum('flags'),
          price: sum('price'),
          firstId: min('id'),
          lastId: max('id'),
          lastNote: max('note'),
        },
      });
      return {
        rows: all!.rows,
        quantity: Number(all!.quantity),
        flags: Number(all!.flags),
        price: all!.price ?? NaN,
        firstId: all!.firstId ?? '',
        lastId: all!.lastId ?? '',
        lastNote: all!.lastNote ?? '',
      };
    },
    close: async () => grid[Symbol.asyncDispose](),
  };
}
