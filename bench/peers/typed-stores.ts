/** The order of ten fields over loopback TCP: a row, a text of JSON, a hash. */
import { connect, defineType } from 'weft';
import type { Order } from '../orders.ts';
import type { NetStore } from './net-store.ts';
import { orderColumns } from './order-columns.ts';
import { redisClient, redisName } from './redis-client.ts';

const Orders = defineType('Order', orderColumns, { key: 'id' });

export async function weftOrders(url: string): Promise<NetStore<Order>> {
  const grid = await connect(url, { types: [Orders] });
  const space = grid.space(Orders);
  return {
    name: 'weft',
    get: (id) => space.get(id),
    put: (order) => space.write(order),
    close: () => grid.close(),
  };
}

export async function redisJson(port: string): Promise<NetStore<Order>> {
  const client = await redisClient(Number(port));
  return {
    name: `${await redisName(client)}, JSON`,
    async get(id) {
      const text = await client.get(id);
      if (text === null) return undefined;
      const order = JSON.parse(text) as Omit<Order, 'time'> & { time: string };
      return { ...order, time: new Date(order.time) };
    },
    put: (order) => client.set(order.id, JSON.stringify(order)),
    close: async () => client.disconnect(),
  };
}

export async function redisHashes(port: string): Promise<NetStore<Order>> {
  const client = await redisClient(Number(port));
  return {
    name: `${await redisName(client)}, hashes`,
    async get(id) {
      const fields = await client.hgetall(id);
      return fields['symbol'] === undefined ? undefined : orderOf(id, fields);
    },
    put: ({ id, time, ...fields }) => client.hset(id, { ...fields, time: time.getTime() }),
    close: async () => client.disconnect(),
  };
}

function orderOf(id: string, fields: Readonly<Record<string, string>>): Order {
  return {
    id,
    customer: fields['customer']!,
    symbol: fields['symbol']!,
    side: fields['side']!,
    quantity: Number(fields['quantity']),
    price: Number(fields['price']),
    time: new Date(Number(fields['time'])),
    venue: fields['venue']!,
    note: fields['note']!,
    flags: Number(fields['flags']),
  };
}
