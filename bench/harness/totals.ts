import type { Order } from '../orders.ts';

/** The checksum of a full scan. */
export type Totals = {
  readonly rows: number;
  readonly quantity: number;
  readonly flags: number;
  readonly price: number;
};

/** The price is a float sum: its order is the store's own, so its last digits are too. */
const PRICE_ERROR_MAX = 1e-9;

export function totalsOf(orders: readonly Order[]): Totals {
  let quantity = 0;
  let flags = 0;
  let price = 0;
  for (const order of orders) {
    quantity += order.quantity;
    flags += order.flags;
    price += order.price;
  }
  return { rows: orders.length, quantity, flags, price };
}

export function addOrder(totals: Totals, { quantity, flags, price }: Order): Totals {
  return {
    rows: totals.rows + 1,
    quantity: totals.quantity + quantity,
    flags: totals.flags + flags,
    price: totals.price + price,
  };
}

export function sameTotals(left: Totals, right: Totals): boolean {
  return (
    left.rows === right.rows &&
    left.quantity === right.quantity &&
    left.flags === right.flags &&
    Math.abs(left.price - right.price) <= PRICE_ERROR_MAX * Math.abs(right.price)
  );
}
