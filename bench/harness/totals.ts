import type { Order } from '../orders.ts';

/** The checksum of a full scan. */
export type Totals = {
  readonly rows: number;
  readonly quantity: number;
  readonly flags: number;
  readonly price: number;
  /** Least and greatest id, greatest note: text must have survived as well. */
  readonly firstId: string;
  readonly lastId: string;
  readonly lastNote: string;
};

/** The price is a float sum: its order is the store's own, so its last digits are too. */
const PRICE_ERROR_MAX = 1e-9;

export function totalsOf(orders: readonly Order[]): Totals {
  let quantity = 0;
  let flags = 0;
  let price = 0;
  let firstId = orders[0]?.id ?? '';
  let lastId = firstId;
  let lastNote = '';
  for (const order of orders) {
    quantity += order.quantity;
    flags += order.flags;
    price += order.price;
    if (order.note > lastNote) lastNote = order.note;
    if (order.id < firstId) firstId = order.id;
    if (order.id > lastId) lastId = order.id;
  }
  return { rows: orders.length, quantity, flags, price, firstId, lastId, lastNote };
}

/** With one order more. */
export function addOrder(totals: Totals, { quantity, flags, price, id, note }: Order): Totals {
  return {
    rows: totals.rows + 1,
    quantity: totals.quantity + quantity,
    flags: totals.flags + flags,
    price: totals.price + price,
    firstId: id < totals.firstId ? id : totals.firstId,
    lastId: id > totals.lastId ? id : totals.lastId,
    lastNote: note > totals.lastNote ? note : totals.lastNote,
  };
}

export function sameTotals(left: Totals, right: Totals): boolean {
  return (
    left.rows === right.rows &&
    left.quantity === right.quantity &&
    left.flags === right.flags &&
    left.firstId === right.firstId &&
    left.lastId === right.lastId &&
    left.lastNote === right.lastNote &&
    Math.abs(left.price - right.price) <= PRICE_ERROR_MAX * Math.abs(right.price)
  );
}
