import { makeOrders, reviseOrders, SYMBOLS } from '../orders.ts';
import type { Feed } from './loops.ts';
import { randomBelow, randomIndexes, randomSource } from './random.ts';

/** Positions before the draws repeat: 8 MiB of row numbers, read in order. A power of two. */
const DRAWS = 2 ** 21;

/** The inputs of one table size, from a seed. */
export function makeFeed(rows: number, seed: number, draws: number = DRAWS): Feed {
  const orders = makeOrders(rows, seed);
  const random = randomSource(seed + 2);
  return {
    ids: orders.map((order) => order.id),
    versions: [orders, reviseOrders(orders, seed + 1)],
    draws: randomIndexes(draws, rows, random),
    symbols: Array.from({ length: draws }, () => SYMBOLS[randomBelow(random, SYMBOLS.length)]!),
    mask: draws - 1,
  };
}
