import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Identity } from './identity.ts';
import { hashOf, IdentityMap, LEAF_MAX } from './identity-map.ts';

const identity = fc.oneof(
  fc.constant(undefined),
  fc.boolean(),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);

test('it holds what a Map holds, whatever the identities', () => {
  fc.assert(
    fc.property(fc.array(identity, { maxLength: 200 }), (identities) => {
      const model = new Map<Identity | undefined, number>();
      const map = filled(LEAF_MAX + 1);
      for (const [at, key] of identities.entries()) {
        expect(map.get(key)).toBe(model.get(key) ?? (isFilling(key) ? key + 0 : undefined));
        if (map.has(key)) continue;
        model.set(key, at);
        map.add(key, at);
      }
      expect(map.size).toBe(LEAF_MAX + 1 + model.size);
      for (const [key, at] of model) expect(map.get(key)).toBe(at);
    }),
  );
});

test.each<[string, (n: number) => Identity]>([
  ['numbers', (n) => n],
  ['multiples of a large number', (n) => n * 2 ** 40],
  ['fractions', (n) => n / 1024],
  ['texts', (n) => `text ${n}`],
  ['bigints', (n) => BigInt(n) << 33n],
])('no leaf passes its bound with many %s, and each is found once', (_, make) => {
  const map = new IdentityMap<number>();
  for (let n = 0; n < 40_000; n++) map.add(make(n), n);
  let entries = 0;
  for (const leaf of map.leaves()) {
    expect(leaf.size).toBeLessThanOrEqual(LEAF_MAX);
    entries += leaf.size;
  }
  expect(entries).toBe(40_000);
  expect(map.size).toBe(40_000);
  const lost = Array.from({ length: 40_000 }, (_, n) => n).filter((n) => map.get(make(n)) !== n);
  expect(lost).toEqual([]);
});

test('zero and negative zero are one number, and NaN is one too', () => {
  expect(hashOf(-0)).toBe(hashOf(0));
  const map = filled(LEAF_MAX + 1);
  expect(map.get(-0)).toBe(0);
  expect(map.get(Number.NaN)).toBeUndefined();
  map.add(Number.NaN, -1);
  expect(map.get(Number.NaN)).toBe(-1);
});

function isFilling(key: Identity | undefined): key is number {
  return typeof key === 'number' && Number.isInteger(key) && key >= 0 && key <= LEAF_MAX;
}

function filled(size: number): IdentityMap<number> {
  const map = new IdentityMap<number>();
  for (let n = 0; n < size; n++) map.add(n, n);
  return map;
}
