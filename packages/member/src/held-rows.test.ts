import { expect, test } from 'vitest';
import { HELD_BYTES_MAX, HELD_ROWS_MAX, HeldRows } from './held-rows.ts';

function rows(count: number, bytes: number) {
  const list = Array.from({ length: count }, (_, id) => ({ id }));
  return { count, bytes, [Symbol.iterator]: () => list[Symbol.iterator]() };
}

test('rows of a call come together in their order, and its room is there for others once they are taken', () => {
  const held = HeldRows.of({});
  held.add('Order', 1, rows(2, HELD_BYTES_MAX / 2));
  held.add('Order', 1, rows(1, HELD_BYTES_MAX / 2));
  expect(() => held.add('Order', 2, rows(1, 1))).toThrow(/^Order\.writeMany: .*HELD_BYTES_MAX/);
  expect(held.take(1)).toEqual([{ id: 0 }, { id: 1 }, { id: 0 }]);
  expect(held.take(1)).toEqual([]);
  held.add('Order', 2, rows(1, HELD_BYTES_MAX));
  held.drop(2);
  held.add('Order', 3, rows(1, HELD_BYTES_MAX));
});

test('rows are bounded by their number too, which a call that is refused does not take', () => {
  const held = HeldRows.of({});
  expect(() => held.add('Order', 1, rows(HELD_ROWS_MAX + 1, 0))).toThrow(/HELD_ROWS_MAX/);
  held.add('Order', 1, rows(HELD_ROWS_MAX, 0));
  expect(held.take(1)).toHaveLength(HELD_ROWS_MAX);
});
