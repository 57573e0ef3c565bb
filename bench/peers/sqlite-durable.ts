/** Node's own SQLite: what is written in one turn of the event loop is one transaction, so that many writers share a sync. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DurableWay } from '../harness/durable-store.ts';
import type { Order } from '../orders.ts';

type Waiting = { readonly order: Order; readonly resolve: () => void; readonly reject: (error: unknown) => void };

export const sqliteTick: DurableWay = async (directory) => {
  mkdirSync(directory, { recursive: true });
  const db = new DatabaseSync(join(directory, 'orders.sqlite'));
  db.exec('pragma journal_mode = wal; pragma synchronous = full');
  db.exec(
    'create table orders (id text primary key, customer text, symbol text, side text, quantity integer, price real, time integer, venue text, note text, flags integer) without rowid',
  );
  const put = db.prepare('insert or replace into orders values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const get = db.prepare('select quantity from orders where id = ?');
  const { version } = db.prepare('select sqlite_version() as version').get() as { version: string };
  let waiting: Waiting[] = [];
  const commit = (): void => {
    const group = waiting;
    waiting = [];
    try {
      db.exec('begin immediate');
      for (const { order } of group) put.run(...valuesOf(order));
      db.exec('commit');
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  return {
    name: `node:sqlite ${version}, WAL, FULL, one transaction a tick`,
    write: (order) =>
      new Promise<void>((resolve, reject) => {
        if (waiting.push({ order, resolve, reject }) === 1) setImmediate(commit);
      }),
    quantityOf: async (id) => (get.get(id) as { quantity: number } | undefined)?.quantity,
    close: async () => db.close(),
  };
};

function valuesOf({
  id,
  customer,
  symbol,
  side,
  quantity,
  price,
  time,
  venue,
  note,
  flags,
}: Order): (string | number)[] {
  return [id, customer, symbol, side, quantity, price, time.getTime(), venue, note, flags];
}
