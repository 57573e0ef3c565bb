import { expect, test } from 'vitest';
import { makeOrders, reviseOrders, sameOrder, SYMBOLS, VENUES } from './orders.ts';

test('a seed makes the same orders every time, and another seed makes others', () => {
  expect(makeOrders(100, 7)).toEqual(makeOrders(100, 7));
  expect(makeOrders(1, 7)[0]).not.toEqual(makeOrders(1, 8)[0]);
});

test('ids are 16 characters, distinct, and not in ascending order', () => {
  const ids = makeOrders(10_000, 7).map(({ id }) => id);
  expect(new Set(ids).size).toBe(10_000);
  expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect(ids.toSorted()).not.toEqual(ids);
});

test('every field keeps to its description', () => {
  for (const order of makeOrders(1_000, 7)) {
    expect(order.customer).toMatch(/^c\d{9}$/);
    expect(SYMBOLS).toContain(order.symbol);
    expect(['buy', 'sell']).toContain(order.side);
    expect(VENUES).toContain(order.venue);
    expect(order.note.length).toBeLessThanOrEqual(20);
    expect(Math.round(order.price * 100) / 100).toBe(order.price);
    expect(Number.isInteger(order.quantity) && Number.isInteger(order.flags)).toBe(true);
  }
});

test('revised orders keep their ids and differ otherwise', () => {
  const orders = makeOrders(100, 7);
  const revised = reviseOrders(orders, 8);
  expect(revised.map(({ id }) => id)).toEqual(orders.map(({ id }) => id));
  expect(revised.some((order, i) => sameOrder(order, orders[i]!))).toBe(false);
});
