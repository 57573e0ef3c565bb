/** Values of 100 characters under keys, over loopback TCP. */
import { connect, defineType, t } from 'weft';
import type { NetStore } from './net-store.ts';
import { redisClient, redisName } from './redis-client.ts';

export type Entry = { readonly key: string; readonly value: string };

const Entries = defineType('Entry', { key: t.string(), value: t.string() }, { key: 'key' });

export async function weftEntries(url: string): Promise<NetStore<Entry>> {
  const grid = await connect(url, { types: [Entries] });
  const space = grid.space(Entries);
  return {
    name: 'weft',
    get: (key) => space.get(key),
    put: (entry) => space.write(entry),
    close: () => grid.close(),
  };
}

export async function redisEntries(port: string): Promise<NetStore<Entry>> {
  const client = await redisClient(Number(port));
  return {
    name: `${await redisName(client)}, get and set`,
    async get(key) {
      const value = await client.get(key);
      return value === null ? undefined : { key, value };
    },
    put: ({ key, value }) => client.set(key, value),
    close: async () => client.disconnect(),
  };
}
