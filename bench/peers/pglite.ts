/**
 * PGlite (PostgreSQL compiled to WebAssembly), in memory: `PREPARE` once, then `EXECUTE` as text
 * by the simple protocol, which its `query` with parameters does not reach (8–10 k/s against 15 k).
 * `synchronous_commit = off` made no difference in memory and is left at its default.
 */
import { PGlite } from '@electric-sql/pglite';
import type { Order } from '../orders.ts';
import type { PointStore } from '../harness/store.ts';
import { pinned } from '../harness/versions.ts';

const COLUMNS = ['id', 'customer', 'symbol', 'side', 'quantity', 'price', 'time', 'venue', 'note', 'flags'];

/** Rows per `COPY`: some 10 MB of text. */
const COPY_ROWS = 100_000;

export async function openPglite(): Promise<PointStore> {
  const db = await PGlite.create();
  await db.exec(`create table orders (id text not null, customer text, symbol text, side text,
    quantity int4, price float8, time timestamptz, venue text, note text, flags int4)`);
  return {
    name: `${pinned('@electric-sql/pglite')} EXECUTE`,
    awaited: {
      get: async (id) => (await db.exec(`execute get_order(${quote(id)})`))[0]!.rows[0] as Order | undefined,
      put: (order) => db.exec(`execute put_order(${literals(order)})`),
      update: (id, symbol) => db.exec(`execute update_order(${quote(id)}, ${quote(symbol)})`),
    },
    load: (orders) => load(db, orders),
    count: () => scalar(db, 'select count(*) as n from orders'),
    countSymbol: (symbol) => scalar(db, `select count(*) as n from orders where symbol = ${quote(symbol)}`),
    // There is no autovacuum in single-user mode; without it dead versions pile up.
    rest: async () => void (await db.exec('vacuum orders')),
    close: () => db.close(),
  };
}

async function load(db: PGlite, orders: readonly Order[]): Promise<void> {
  for (let from = 0; from < orders.length; from += COPY_ROWS) {
    const text = orders
      .slice(from, from + COPY_ROWS)
      .map(copyLine)
      .join('');
    await db.query("copy orders from '/dev/blob'", [], { blob: new Blob([text]) });
  }
  await db.exec(`alter table orders add primary key (id);
    create index orders_symbol on orders (symbol);
    analyze orders;`);
  await prepare(db);
}

async function prepare(db: PGlite): Promise<void> {
  const set = COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`);
  await db.exec(`prepare get_order(text) as select * from orders where id = $1;
    prepare update_order(text, text) as update orders set symbol = $2 where id = $1;
    prepare put_order(text, text, text, text, int4, float8, timestamptz, text, text, int4) as
      insert into orders values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do update set ${set.join(', ')};`);
}

async function scalar(db: PGlite, sql: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(sql);
  return Number(rows[0]!.n);
}

/** Tab-separated; the bench's texts are letters and digits and need no escaping. */
function copyLine({ id, customer, symbol, side, quantity, price, time, venue, note, flags }: Order): string {
  return `${id}\t${customer}\t${symbol}\t${side}\t${quantity}\t${price}\t${time.toISOString()}\t${venue}\t${note}\t${flags}\n`;
}

function literals({ id, customer, symbol, side, quantity, price, time, venue, note, flags }: Order): string {
  return `${quote(id)},${quote(customer)},${quote(symbol)},${quote(side)},${quantity},${price},'${time.toISOString()}',${quote(venue)},${quote(note)},${flags}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
