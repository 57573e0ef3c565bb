/**
 * The order of all benches: ten fields, about 85 bytes of bare data, made from a seed so that every
 * store and every repetition gets the same JavaScript objects.
 */
import { flat, randomBelow, randomSource, type RandomSource } from './harness/random.ts';

export type Order = {
  /** The key: 16 lower-case hexadecimal characters. */
  readonly id: string;
  /** `c` and nine digits. */
  readonly customer: string;
  /** One of `SYMBOLS`. */
  readonly symbol: string;
  /** `buy` or `sell`. */
  readonly side: string;
  readonly quantity: number;
  /** Two decimals. */
  readonly price: number;
  readonly time: Date;
  /** One of `VENUES`. */
  readonly venue: string;
  /** 0 to 20 characters. */
  readonly note: string;
  readonly flags: number;
};

export const SYMBOLS: readonly string[] = Array.from({ length: 500 }, (_, i) =>
  flat(`SYM${String(i).padStart(3, '0')}`),
);
export const VENUES: readonly string[] = Array.from({ length: 12 }, (_, i) => flat(`XV${String(i).padStart(2, '0')}`));

const SIDES = ['buy', 'sell'] as const;
const NOTE_CHARACTERS_MAX = 20;
/** The earliest order's time; the latest is less than a day after it. */
export const TIME_START_MS = 1_760_000_000_000;
const DAY_MS = 86_400_000;

/** `count` orders with distinct ids, in the order of their ids' making (which is random by value). */
export function makeOrders(count: number, seed: number): Order[] {
  const random = randomSource(seed);
  return Array.from({ length: count }, (_, i) => makeOrder(orderId(i, seed), random));
}

/** The same ids with every other field drawn anew: what a put writes over a stored order. */
export function reviseOrders(orders: readonly Order[], seed: number): Order[] {
  const random = randomSource(seed);
  return orders.map((order) => makeOrder(order.id, random));
}

/** One order with the given id and random fields. */
export function makeOrder(id: string, random: RandomSource): Order {
  return {
    id,
    customer: flat(`c${String(randomBelow(random, 1_000_000_000)).padStart(9, '0')}`),
    symbol: SYMBOLS[randomBelow(random, SYMBOLS.length)]!,
    side: SIDES[randomBelow(random, SIDES.length)]!,
    quantity: 1 + randomBelow(random, 10_000),
    price: (100 + randomBelow(random, 99_900)) / 100,
    time: new Date(TIME_START_MS + randomBelow(random, DAY_MS)),
    venue: VENUES[randomBelow(random, VENUES.length)]!,
    note: makeNote(random),
    flags: randomBelow(random, 65_536),
  };
}

/**
 * The `index`-th id of a seed: a bijection of the index (odd multiplier, then xor), so ids never
 * collide, spread over the whole hash space by the multiplier (Knuth's, 64 bits).
 */
export function orderId(index: number, seed: number): string {
  const mixed = (BigInt(index) * 0x9e37_79b9_7f4a_7c15n) ^ (BigInt(seed) << 17n);
  return flat(BigInt.asUintN(64, mixed).toString(16).padStart(16, '0'));
}

/** Whether all ten fields are equal. */
export function sameOrder(left: Order, right: Order): boolean {
  return (
    left.id === right.id &&
    left.customer === right.customer &&
    left.symbol === right.symbol &&
    left.side === right.side &&
    left.quantity === right.quantity &&
    left.price === right.price &&
    left.time.getTime() === right.time.getTime() &&
    left.venue === right.venue &&
    left.note === right.note &&
    left.flags === right.flags
  );
}

function makeNote(random: RandomSource): string {
  const length = randomBelow(random, NOTE_CHARACTERS_MAX + 1);
  let note = '';
  while (note.length < length) note += randomBelow(random, 36 ** 4).toString(36);
  return flat(note.slice(0, length));
}
