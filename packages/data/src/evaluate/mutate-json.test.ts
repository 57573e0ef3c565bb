import { expect, test } from 'vitest';
import { changeJson } from './mutate-json.ts';

test('a step away from a document that is absent leaves it absent', () => {
  expect(changeJson('Type.doc', undefined, { op: 'unset', column: 'doc', path: ['a'] })).toBe(undefined);
  expect(changeJson('Type.doc', undefined, { op: 'unset', column: 'doc', path: ['a', 'b'] })).toBe(undefined);
});

test('objects on the way to a value are made', () => {
  expect(changeJson('Type.doc', undefined, { op: 'set', column: 'doc', path: ['a', 'b'], value: 1 })).toEqual({
    a: { b: 1 },
  });
});

const change = (
  value: unknown,
  op: 'set' | 'unset' | 'inc' | 'push',
  path: readonly (string | number)[],
  rest: object = {},
): unknown => changeJson('Type.doc', value, { op, column: 'doc', path, ...rest } as never);

test('an array takes a position up to its length, an object any name', () => {
  expect(change({ a: [1, 2] }, 'set', ['a', 2], { value: 3 })).toEqual({ a: [1, 2, 3] });
  expect(change({ a: {} }, 'set', ['a', 0], { value: 3 })).toEqual({ a: { 0: 3 } });
  expect(() => change({ a: [1, 2] }, 'set', ['a', 3], { value: 4 })).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
  expect(() => change({ a: [1, 2] }, 'set', ['a', 'b'], { value: 4 })).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
});

test('a path does not lead through numbers, text or booleans', () => {
  for (const held of [5, 'text', true]) {
    for (const op of ['set', 'inc', 'push', 'unset'] as const) {
      expect(() => change({ a: held }, op, ['a', 'b'], { value: 1, values: [1] })).toThrow(
        expect.objectContaining({ code: 'PREDICATE_INVALID', message: expect.stringContaining('Type.doc') }),
      );
    }
  }
});

test('null on the way is nothing: an object takes its place, but for unset, which leaves it', () => {
  expect(change({ a: null }, 'set', ['a', 'b'], { value: 1 })).toEqual({ a: { b: 1 } });
  expect(change({ a: null }, 'push', ['a', 'b', 'c'], { values: [1] })).toEqual({ a: { b: { c: [1] } } });
  expect(change({ a: null }, 'unset', ['a', 'b'])).toEqual({ a: null });
  expect(change({ a: null }, 'unset', ['a', 'b', 'c'])).toEqual({ a: null });
});

test('unset takes a property or an element away, and what is not there stays away', () => {
  expect(change({ a: { b: 1, c: 2 } }, 'unset', ['a', 'b'])).toEqual({ a: { c: 2 } });
  expect(change({ a: [1, 2, 3] }, 'unset', ['a', 1])).toEqual({ a: [1, 3] });
  expect(change({ a: [1] }, 'unset', ['a', 5])).toEqual({ a: [1] });
  expect(change({ a: 1 }, 'unset', ['x', 'y'])).toEqual({ a: 1 });
});

test('inc and push make what is missing, and refuse what is of another kind', () => {
  expect(change({}, 'inc', ['n'], { value: 2 })).toEqual({ n: 2 });
  expect(change({}, 'push', ['a', 'b'], { values: [1, 'x'] })).toEqual({ a: { b: [1, 'x'] } });
  expect(() => change({ n: 'x' }, 'inc', ['n'], { value: 1 })).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
  expect(() => change({ n: {} }, 'push', ['n'], { values: [1] })).toThrow(
    expect.objectContaining({ code: 'PREDICATE_INVALID' }),
  );
  expect(() => change({ n: 1.7e308 }, 'inc', ['n'], { value: 1.7e308 })).toThrow(
    expect.objectContaining({ code: 'NUMERIC_OVERFLOW' }),
  );
});

test('the names that objects inherit are names like any other', () => {
  const changed = change({}, 'set', ['__proto__', 'polluted'], { value: true }) as object;
  expect(Object.keys(changed)).toEqual(['__proto__']);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(JSON.stringify(changed)).toBe('{"__proto__":{"polluted":true}}');
  expect(change({}, 'set', ['constructor', 'name'], { value: 'n' })).toEqual({ constructor: { name: 'n' } });
  expect(change({}, 'unset', ['toString'])).toEqual({});
});

test('a value set at a path is a copy of its own', () => {
  const value = { shared: [1] };
  const changed = change({}, 'set', ['a'], { value }) as { a: { shared: number[] } };
  value.shared.push(2);
  expect(changed.a.shared).toEqual([1]);
});
