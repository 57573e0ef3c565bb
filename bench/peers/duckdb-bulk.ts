/**
 * DuckDB's appender, both ways that its API offers: row by row with typed calls, and chunks of
 * columns (`setColumns`). The chunk's raw bindings would be quicker still for fixed-width columns
 * without a key, but they check nothing (an unwritten vector ends the process) and the key's
 * index, which is half of the time here, stays.
 */
import {
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  INTEGER,
  TIMESTAMP,
  VARCHAR,
  type DuckDBAppender,
  type DuckDBConnection,
} from '@duckdb/node-api';
import type { Order } from '../orders.ts';
import type { BulkTable, BulkWay } from '../harness/bulk-run.ts';
import type { Totals } from '../harness/totals.ts';
import { pinned } from '../harness/versions.ts';
import { appendOrder, columnsOf, createOrders } from './duckdb-orders.ts';

/** DuckDB's vector size: a chunk holds no more. */
const CHUNK_ROWS = 2048;
const COLUMN_TYPES = [VARCHAR, VARCHAR, VARCHAR, VARCHAR, INTEGER, DOUBLE, TIMESTAMP, VARCHAR, VARCHAR, INTEGER];

type Append = (appender: DuckDBAppender, orders: readonly Order[]) => void;

export function duckdbRowAppender({ key }: { key: boolean }): BulkWay {
  return way(`row appender, ${keyLabel(key)}`, key, appendRows);
}

export function duckdbChunkAppender({ key }: { key: boolean }): BulkWay {
  return way(`setColumns appender, ${keyLabel(key)}`, key, appendChunks);
}

function keyLabel(key: boolean): string {
  return key ? 'primary key' : 'no key';
}

function way(label: string, key: boolean, append: Append): BulkWay {
  return { name: `${pinned('@duckdb/node-api')} ${label}`, open: () => open(key, append) };
}

async function open(key: boolean, append: Append): Promise<BulkTable> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await createOrders(connection, { key });
  return {
    load: (orders) => appendAll(connection, orders, append),
    write: (order) => appendAll(connection, [order], append),
    totals: () => totals(connection),
    close: async () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

async function appendAll(connection: DuckDBConnection, orders: readonly Order[], append: Append): Promise<void> {
  const appender = await connection.createAppender('orders');
  append(appender, orders);
  appender.closeSync();
}

function appendRows(appender: DuckDBAppender, orders: readonly Order[]): void {
  for (const order of orders) appendOrder(appender, order);
}

function appendChunks(appender: DuckDBAppender, orders: readonly Order[]): void {
  for (let from = 0; from < orders.length; from += CHUNK_ROWS) {
    const part = orders.slice(from, from + CHUNK_ROWS);
    const chunk = DuckDBDataChunk.create(COLUMN_TYPES, part.length);
    chunk.setColumns(columnsOf(part));
    appender.appendDataChunk(chunk);
  }
}

async function totals(connection: DuckDBConnection): Promise<Totals> {
  const reader = await connection.runAndReadAll(
    'select count(*), sum(quantity), sum(flags), sum(price), min(id), max(id), max(note) from orders',
  );
  const [rows, quantity, flags, price, firstId, lastId, lastNote] = reader.getRows()[0]!;
  return {
    rows: Number(rows),
    quantity: Number(quantity),
    flags: Number(flags),
    price: Number(price),
    firstId: String(firstId),
    lastId: String(lastId),
    lastNote: String(lastNote),
  };
}
