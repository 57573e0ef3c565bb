/**
 * DuckDB's memory: orders in memory with the same primary key, by its row appender. A checkpoint, which an application has to ask for,
 * compresses what was loaded; its own account then says half, resident memory stays.
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { MemoryStore } from '../harness/memory-store.ts';
import { residentBytesAtRest } from '../harness/resident.ts';
import { pinned } from '../harness/versions.ts';
import { appendOrder, createOrders, orderOf } from './duckdb-orders.ts';

export async function openDuckdbMemory({ checkpoint }: { checkpoint: boolean }): Promise<MemoryStore> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await createOrders(connection, { key: true });
  const scalar = async (sql: string): Promise<number> => Number((await connection.runAndReadAll(sql)).getRows()[0]![0]);
  const ownBytes = (): Promise<number> => scalar('select sum(memory_usage_bytes) from duckdb_memory()');
  const emptyBytes = await ownBytes();
  const baselineBytes = await residentBytesAtRest();
  return {
    name: `${pinned('@duckdb/node-api')}, primary key${checkpoint ? ', checkpointed' : ''}`,
    async load(orders) {
      const appender = await connection.createAppender('orders');
      for (const order of orders) appendOrder(appender, order);
      appender.closeSync();
    },
    async held() {
      if (checkpoint) await connection.run('checkpoint');
      return {
        ownBytes: (await ownBytes()) - emptyBytes,
        residentBytes: (await residentBytesAtRest()) - baselineBytes,
      };
    },
    count: () => scalar('select count(*) from orders'),
    async get(id) {
      const rows = (await connection.runAndReadAll(`select * from orders where id = '${id}'`)).getRows();
      return rows[0] === undefined ? undefined : orderOf(rows[0]);
    },
    async close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
