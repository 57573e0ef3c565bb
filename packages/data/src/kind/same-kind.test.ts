import { expect, test } from 'vitest';
import type { Kind } from '../type/schema.ts';
import { isSameKind } from './same-kind.ts';

const kinds: readonly Kind[] = [
  { name: 'int32' },
  { name: 'int64' },
  { name: 'string' },
  { name: 'decimal', precision: 9, scale: 2 },
  { name: 'decimal', precision: 9, scale: 3 },
  { name: 'decimal', precision: 10, scale: 2 },
  { name: 'timestamp', as: 'date' },
  { name: 'timestamp', as: 'micros' },
  { name: 'enum', members: ['a', 'b'] },
  { name: 'enum', members: ['b', 'a'] },
  { name: 'enum', members: ['a', 'b', 'c'] },
  { name: 'array', element: { name: 'int32' } },
  { name: 'array', element: { name: 'enum', members: ['a', 'b'] } },
  { name: 'array', element: { name: 'enum', members: ['a', 'c'] } },
];

test('a kind is the same as an equal one, and as no other', () => {
  for (const [at, kind] of kinds.entries())
    for (const [other, copy] of structuredClone(kinds).entries()) expect(isSameKind(kind, copy)).toBe(at === other);
});

test('the order in which a kind names its properties says nothing', () => {
  expect(isSameKind({ name: 'decimal', precision: 9, scale: 2 }, { scale: 2, precision: 9, name: 'decimal' })).toBe(
    true,
  );
});
