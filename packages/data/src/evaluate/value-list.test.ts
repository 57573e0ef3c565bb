import { expect, test, vi } from 'vitest';
import { testSchema } from '../kernel/pages.fixture.ts';
import type { Predicate } from '../predicate/predicate.ts';
import { finish, WHOLE } from '../plan/work.ts';
import { IdentityMap } from './identity-map.ts';
import { compileMatcher } from './matcher.ts';
import { LIST_LENGTH_SHORT, prepareLists, valueList } from './value-list.ts';

const schema = testSchema({ n: { name: 'int32' }, text: { name: 'string' }, doc: { name: 'json' } }, ['text']);
const numbers = Array.from({ length: 5000 }, (_, n) => (n * 7919) % 5000);
const where: Predicate = {
  op: 'or',
  args: [
    { op: 'isNull', column: 'text' },
    { op: 'not', arg: { op: 'in', column: 'n', values: numbers } },
  ],
};

test('a long list is made ready in slices, a few values at a time', () => {
  const add = vi.spyOn(IdentityMap.prototype, 'add');
  let most = 0;
  let before = 0;
  for (const work = prepareLists(schema, where, { isOver: () => true }); ;) {
    const { done } = work.next();
    most = Math.max(most, add.mock.calls.length - before);
    before = add.mock.calls.length;
    if (done === true) break;
  }
  expect(before).toBe(5000);
  expect(most).toBe(LIST_LENGTH_SHORT);
  const reader = { schema: schema.columns[0], get: (row: number) => row, isNull: () => false };
  const text = { schema: schema.columns[1], get: () => 'x', isNull: () => false };
  const matches = compileMatcher(schema, where, [reader, text]);
  // Whoever compiles the predicate afterwards finds the list.
  expect(add.mock.calls.length).toBe(before);
  add.mockRestore();
  expect([0, 4999, 5000].map(matches)).toEqual([false, false, true]);
});

test('a list says its bounds in the order of its kind, and whether an entry is absent', () => {
  const { least, greatest, hasAbsent, identities } = valueList({ name: 'int32' }, [5, -3, undefined, 11, 5]);
  expect({ least, greatest, hasAbsent, size: identities.size }).toEqual({
    least: -3,
    greatest: 11,
    hasAbsent: true,
    size: 3,
  });
  expect(valueList({ name: 'json' }, [{ a: 1 }])).toMatchObject({ least: undefined, hasAbsent: false });
});

test('one array of values serves columns of different kinds', () => {
  const values = Array.from({ length: LIST_LENGTH_SHORT + 1 }, (_, at) => `${at}`);
  finish(prepareLists(schema, { op: 'in', column: 'text', values }, WHOLE));
  expect(valueList(schema.columns[1].kind, values).identities.has('7')).toBe(true);
  expect(valueList(schema.columns[2].kind, values).identities.has('"7"')).toBe(true);
});
