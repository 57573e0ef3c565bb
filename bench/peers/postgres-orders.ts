/** Orders in PostgreSQL over loopback TCP, with the package pg. */
import pg from 'pg';
import { pinned } from '../harness/versions.ts';
import type { Order } from '../orders.ts';
import type { NetStore } from './net-store.ts';

/** Connections of which each carries one statement at a time. */
const CONNECTIONS = 64;

const COLUMNS = ['id', 'customer', 'symbol', 'side', 'quantity', 'price', 'time', 'venue', 'note', 'flags'] as const;
const KINDS = ['text', 'text', 'text', 'text', 'int', 'float8', 'timestamptz', 'text', 'text', 'int'];
const TABLE = COLUMNS.map((name, i) => `"${name}" ${KINDS[i]}${name === 'id' ? ' primary key' : ''}`).join(', ');
const UPDATES = COLUMNS.slice(1)
  .map((name) => `"${name}" = excluded."${name}"`)
  .join(', ');
const UPSERT_ONE = `insert into orders values (${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')}) on conflict (id) do update set ${UPDATES}`;
const UPSERT_MANY = `insert into orders select * from unnest(${KINDS.map((kind, i) => `$${i + 1}::${kind}[]`).join(', ')}) on conflict (id) do update set ${UPDATES}`;

/** Each write a statement of its own, over so many connections that the server can commit several with one flush. */
export function postgresRows(port: string): Promise<NetStore<Order>> {
  return open(
    port,
    'row by row',
    (pool) => (order) => pool.query({ name: 'put', text: UPSERT_ONE, values: COLUMNS.map((name) => order[name]) }),
  );
}

/** The writes of one turn, and those that came while the last statement ran, in one statement. */
export function postgresTicks(port: string): Promise<NetStore<Order>> {
  return open(port, 'one statement a tick', (pool) => {
    let waiting = new Map<string, Order>();
    let written: Promise<unknown> | undefined;
    let running: Promise<unknown> = Promise.resolve();
    const flush = (): Promise<unknown> => {
      // One statement may write a row once.
      const orders = [...waiting.values()];
      waiting = new Map();
      written = undefined;
      const values = COLUMNS.map((name) => orders.map((order) => order[name]));
      return pool.query({ name: 'put', text: UPSERT_MANY, values });
    };
    return (order) => {
      waiting.set(order.id, order);
      return (written ??= running = running.then(flush));
    };
  });
}

async function open(
  port: string,
  way: string,
  writes: (pool: pg.Pool) => (order: Order) => Promise<unknown>,
): Promise<NetStore<Order>> {
  const pool = new pg.Pool({ host: '127.0.0.1', port: Number(port), user: 'postgres', max: CONNECTIONS });
  await pool.query(`drop table if exists orders; create table orders (${TABLE})`);
  const version = ((await pool.query('show server_version')).rows[0] as { server_version: string }).server_version;
  return {
    name: `${pinned('pg')}, PostgreSQL ${/[\d.]+/.exec(version)?.[0]}, ${way}`,
    async get(id) {
      const { rows } = await pool.query({ name: 'get', text: 'select * from orders where id = $1', values: [id] });
      return rows[0] as Order | undefined;
    },
    put: writes(pool),
    close: () => pool.end(),
  };
}
