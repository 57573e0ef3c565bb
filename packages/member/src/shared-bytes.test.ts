import { expect, test } from 'vitest';
import { SharedBytes } from './shared-bytes.ts';

test('past the bound only those are held up who hold more than an equal share', () => {
  const shared = new SharedBytes(300);
  const [large, small, idle] = [shared.part(), shared.part(), shared.part()];
  large.add(250);
  expect(large.isPastShare).toBe(false);
  small.add(60);
  expect([large, small, idle].map(({ isPastShare }) => isPastShare)).toEqual([true, false, false]);
  small.add(60);
  expect(small.isPastShare).toBe(true);
  large.set(100);
  expect([shared.bytes, large.isPastShare, small.isPastShare]).toEqual([220, false, false]);
});

test('who goes gives back what it held, once, and holds nothing that comes later', () => {
  const shared = new SharedBytes(100);
  const part = shared.part();
  const other = shared.part();
  part.add(80);
  other.add(60);
  part.close();
  part.close();
  part.add(1000);
  expect([shared.bytes, part.bytes]).toEqual([60, 0]);
  other.add(60);
  expect(other.isPastShare).toBe(true);
  other.add(-20);
  expect(other.isPastShare).toBe(false);
});
