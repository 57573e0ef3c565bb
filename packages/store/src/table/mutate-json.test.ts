import { expect, test } from 'vitest';
import { changeJson } from './mutate-json.ts';

test('a step away from a document that is absent leaves it absent', () => {
  expect(changeJson('Type.doc', undefined, { op: 'unset', column: 'doc', path: ['a'] })).toBe(undefined);
  expect(changeJson('Type.doc', undefined, { op: 'unset', column: 'doc', path: ['a', 'b'] })).toBe(undefined);
});

test('objects on the way to a value are made', () => {
  expect(changeJson('Type.doc', undefined, { op: 'set', column: 'doc', path: ['a', 'b'], value: 1 })).toEqual({ a: { b: 1 } });
});
