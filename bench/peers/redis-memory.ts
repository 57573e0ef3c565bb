/** Redis's memory: a hash for each order under its id, of nine short-named fields, which Redis keeps as one compact list (listpack). */
import type { MemoryStore } from '../harness/memory-store.ts';
import { residentBytesOf } from '../harness/resident.ts';
import type { Order } from '../orders.ts';
import { RedisServer, redisVersion } from './redis-server.ts';
import type { RespClient } from './resp.ts';

/** Looks at the figures after a load, and how far apart: a table that grows holds two until all is moved over. */
const LOOKS = 10;
const LOOK_MS = 250;

export async function openRedisMemory(): Promise<MemoryStore> {
  const name = `${redisVersion()}, hashes`;
  const server = await RedisServer.start();
  const { client, pid } = server;
  const look = async () => ({ ownBytes: await usedBytes(client), residentBytes: residentBytesOf(pid) });
  const empty = await look();
  return {
    name,
    load: async (orders) => void (await client.send(orders.map(hset))),
    async held() {
      let least = { ownBytes: Infinity, residentBytes: Infinity };
      for (let i = 0; i < LOOKS; i++) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        const { ownBytes, residentBytes } = await look();
        least = {
          ownBytes: Math.min(least.ownBytes, ownBytes - empty.ownBytes),
          residentBytes: Math.min(least.residentBytes, residentBytes - empty.residentBytes),
        };
      }
      return least;
    },
    count: async () => (await client.send([['DBSIZE']]))[0] as number,
    async get(id) {
      const [fields] = (await client.send([['HGETALL', id]])) as [string[]];
      return fields.length === 0 ? undefined : orderOf(id, fields);
    },
    close: () => server.stop(),
  };
}

async function usedBytes(client: RespClient): Promise<number> {
  const [info] = (await client.send([['INFO', 'memory']])) as [string];
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}

function hset({ id, customer, symbol, side, quantity, price, time, venue, note, flags }: Order): (string | number)[] {
  const fields = { customer, symbol, side, qty: quantity, price, ts: time.getTime(), venue, note, flags };
  return ['HSET', id, ...Object.entries(fields).flat()];
}

function orderOf(id: string, fields: readonly string[]): Order {
  const values = new Map<string, string>();
  for (let i = 0; i < fields.length; i += 2) values.set(fields[i]!, fields[i + 1]!);
  const text = (name: string): string => values.get(name) ?? '';
  return {
    id,
    customer: text('customer'),
    symbol: text('symbol'),
    side: text('side'),
    quantity: Number(text('qty')),
    price: Number(text('price')),
    time: new Date(Number(text('ts'))),
    venue: text('venue'),
    note: text('note'),
    flags: Number(text('flags')),
  };
}
