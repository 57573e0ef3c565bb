/** The table of orders in DuckDB, and rows into it and out of it by the fastest calls of its API. */
import {
  DuckDBTimestampValue,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Order } from '../orders.ts';

export async function createOrders(connection: DuckDBConnection, { key }: { key: boolean }): Promise<void> {
  await connection.run(
    `create table orders (id varchar ${key ? 'primary key' : ''}, customer varchar, symbol varchar, side varchar,
      quantity integer, price double, time timestamp, venue varchar, note varchar, flags integer)`,
  );
}

/** One row by the typed calls, which need no type detection (`appendValue` does). */
export function appendOrder(appender: DuckDBAppender, order: Order): void {
  appender.appendVarchar(order.id);
  appender.appendVarchar(order.customer);
  appender.appendVarchar(order.symbol);
  appender.appendVarchar(order.side);
  appender.appendInteger(order.quantity);
  appender.appendDouble(order.price);
  appender.appendTimestamp(timestampOf(order.time));
  appender.appendVarchar(order.venue);
  appender.appendVarchar(order.note);
  appender.appendInteger(order.flags);
  appender.endRow();
}

/** Binds `$1 .. $10`. */
export function bindOrder(statement: DuckDBPreparedStatement, order: Order): void {
  statement.bindVarchar(1, order.id);
  statement.bindVarchar(2, order.customer);
  statement.bindVarchar(3, order.symbol);
  statement.bindVarchar(4, order.side);
  statement.bindInteger(5, order.quantity);
  statement.bindDouble(6, order.price);
  statement.bindTimestamp(7, timestampOf(order.time));
  statement.bindVarchar(8, order.venue);
  statement.bindVarchar(9, order.note);
  statement.bindInteger(10, order.flags);
}

/** The orders as ten columns of values. */
export function columnsOf(orders: readonly Order[]): DuckDBValue[][] {
  return [
    orders.map((order) => order.id),
    orders.map((order) => order.customer),
    orders.map((order) => order.symbol),
    orders.map((order) => order.side),
    orders.map((order) => order.quantity),
    orders.map((order) => order.price),
    orders.map((order) => timestampOf(order.time)),
    orders.map((order) => order.venue),
    orders.map((order) => order.note),
    orders.map((order) => order.flags),
  ];
}

/** A row of `select *`, by position. */
export function orderOf(values: readonly DuckDBValue[]): Order {
  const [id, customer, symbol, side, quantity, price, time, venue, note, flags] = values;
  return {
    id: id as string,
    customer: customer as string,
    symbol: symbol as string,
    side: side as string,
    quantity: quantity as number,
    price: price as number,
    time: new Date(Number((time as DuckDBTimestampValue).micros / 1000n)),
    venue: venue as string,
    note: note as string,
    flags: flags as number,
  };
}

function timestampOf(time: Date): DuckDBTimestampValue {
  return new DuckDBTimestampValue(BigInt(time.getTime()) * 1000n);
}
