import { expect, test } from 'vitest';
import { makeOrders, type Order } from '../orders.ts';
import { runBulk, type BulkWay } from './bulk-run.ts';
import { startDeadline } from './deadline.ts';
import { totalsOf } from './totals.ts';

const ORDERS = makeOrders(500, 1);

test('every way gets a rate in every repetition', async () => {
  const { rates } = await run([arrayWay('a'), arrayWay('b')]);
  expect([...rates.keys()]).toEqual(['a', 'b']);
  for (const list of rates.values()) expect(list.filter((rate) => rate > 0)).toHaveLength(3);
});

test('a way that loses one row of many is found out', async () => {
  await expect(run([arrayWay('lossy', { load: (orders) => orders.slice(1) })])).rejects.toThrow(
    'lossy scans {"rows":500,',
  );
});

test('a scan that answers from before the last write is found out', async () => {
  await expect(run([arrayWay('stale', { write: () => [] })])).rejects.toThrow('stale scans');
});

type Flaws = {
  readonly load?: (orders: readonly Order[]) => readonly Order[];
  readonly write?: (order: Order) => readonly Order[];
};

function arrayWay(name: string, { load = (orders) => orders, write = (order) => [order] }: Flaws = {}): BulkWay {
  return {
    name,
    async open() {
      let rows: Order[] = [];
      return {
        load: async (orders) => void (rows = rows.concat(load(orders))),
        write: async (order) => void (rows = rows.concat(write(order))),
        totals: async () => totalsOf(rows),
        close: async () => undefined,
      };
    },
  };
}

function run(ways: readonly BulkWay[]) {
  return runBulk({ ways, orders: ORDERS, reps: 3, deadline: startDeadline(), say: () => undefined });
}
