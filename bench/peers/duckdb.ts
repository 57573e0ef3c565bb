/**
 * DuckDB in the same process, in memory: prepared statements by primary key.
 *
 * Tried and kept out: `runAndReadAll` (1.2–1.5 k gets/s against 1.8 k of `stream` and one chunk),
 * `threads: 1` (no faster).
 */
import { DuckDBInstance, type DuckDBConnection, type DuckDBPreparedStatement } from '@duckdb/node-api';
import type { Order } from '../orders.ts';
import type { PointStore } from '../harness/store.ts';
import { pinned } from '../harness/versions.ts';
import { appendOrder, bindOrder, createOrders, orderOf } from './duckdb-orders.ts';

export async function openDuckdb(): Promise<PointStore> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await createOrders(connection, { key: true });
  const select = await connection.prepare('select * from orders where id = $1');
  const replace = await connection.prepare(
    'insert or replace into orders values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
  );
  const update = await connection.prepare('update orders set symbol = $2 where id = $1');
  return {
    name: `${pinned('@duckdb/node-api')} prepared`,
    awaited: {
      get: (id) => selectOrder(select, id),
      put: (order) => {
        bindOrder(replace, order);
        return replace.run();
      },
      update: (id, symbol) => {
        update.bindVarchar(1, id);
        update.bindVarchar(2, symbol);
        return update.run();
      },
    },
    load: (orders) => load(connection, orders),
    count: () => scalar(connection, 'select count(*) from orders'),
    countSymbol: (symbol) => scalar(connection, `select count(*) from orders where symbol = '${symbol}'`),
    // Reclaims what replaced rows leave behind, which nothing else does while the bench runs.
    rest: async () => void (await connection.run('checkpoint')),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function selectOrder(select: DuckDBPreparedStatement, id: string): Promise<Order | undefined> {
  select.bindVarchar(1, id);
  const result = await select.stream();
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? undefined : orderOf(chunk.getRowValues(0));
}

async function load(connection: DuckDBConnection, orders: readonly Order[]): Promise<void> {
  const appender = await connection.createAppender('orders');
  for (const order of orders) appendOrder(appender, order);
  appender.closeSync();
  await connection.run('create index orders_symbol on orders (symbol)');
}

async function scalar(connection: DuckDBConnection, sql: string): Promise<number> {
  const reader = await connection.runAndReadAll(sql);
  return Number(reader.getRows()[0]![0]);
}
