import { expect, test } from 'vitest';
import { HELD_BYTES_MAX, HELD_ROWS_MAX, HOST_HELD_BYTES_MAX, HeldRows } from './held-rows.ts';
import { SharedBytes } from './shared-bytes.ts';

/** With what a request takes beside its rows. */
const HALF = HELD_BYTES_MAX / 2 - 512;

function rows(count: number, bytes: number) {
  const list = Array.from({ length: count }, (_, id) => ({ id }));
  return { count, bytes, [Symbol.iterator]: () => list[Symbol.iterator]() };
}

test('rows of a call come together in their order, and its room is there for others once they are taken', () => {
  const held = new HeldRows(new SharedBytes(HOST_HELD_BYTES_MAX).part());
  held.add('Order', 1, rows(2, HALF));
  held.add('Order', 1, rows(1, HALF));
  expect(() => held.add('Order', 2, rows(1, 1))).toThrow(/^Order\.writeMany: .*HELD_BYTES_MAX/);
  expect(held.take(1).flatMap((part) => [...part])).toEqual([{ id: 0 }, { id: 1 }, { id: 0 }]);
  expect(held.take(1)).toEqual([]);
  held.add('Order', 2, rows(1, HELD_BYTES_MAX));
  held.drop(2);
  held.add('Order', 3, rows(1, HELD_BYTES_MAX));
});

test('rows are bounded by their number too, which a call that is refused does not take', () => {
  const held = new HeldRows(new SharedBytes(HOST_HELD_BYTES_MAX).part());
  expect(() => held.add('Order', 1, rows(HELD_ROWS_MAX + 1, 0))).toThrow(/HELD_ROWS_MAX/);
  held.add('Order', 1, rows(HELD_ROWS_MAX, 0));
  expect(held.take(1).flatMap((part) => [...part])).toHaveLength(HELD_ROWS_MAX);
});

test('where all clients have brought too much, who has more than its share is told so; what a session held goes with it', () => {
  const shared = new SharedBytes(1000);
  const [one, two] = [new HeldRows(shared.part()), new HeldRows(shared.part())];
  one.add('Order', 1, rows(1, 2000));
  expect(() => one.add('Order', 1, rows(1, 1))).toThrow(/HOST_HELD_BYTES_MAX/);
  two.add('Order', 1, rows(1, 100));
  one.close();
  two.add('Order', 1, rows(1, 100));
  two.drop(1);
  expect(shared.bytes).toBe(0);
});
