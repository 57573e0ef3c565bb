import { expect, test } from 'vitest';
import { t } from '../type/builders.ts';
import { defineType } from '../type/define-type.ts';
import { resolveChange } from './change-builder.ts';

const { schema } = defineType(
  'Order',
  {
    id: t.id(),
    account: t.string(),
    qty: t.int32(),
    big: t.int64(),
    note: t.string().optional(),
    tags: t.array(t.string()).optional(),
    doc: t.json().optional(),
    version: t.version(),
  },
  { routing: 'account' },
);

test('a change becomes steps in the order of its calls', () => {
  const steps = resolveChange(schema, (c: any) =>
    c.set('note', 'x').inc('qty', -1).inc('big', 2n).push('tags', 'a', 'b').pull('tags', 'c').unset('note'),
  );
  expect(steps).toEqual([
    { op: 'set', column: 'note', value: 'x' },
    { op: 'inc', column: 'qty', value: -1 },
    { op: 'inc', column: 'big', value: 2n },
    { op: 'push', column: 'tags', values: ['a', 'b'] },
    { op: 'pull', column: 'tags', value: 'c' },
    { op: 'unset', column: 'note' },
  ]);
});

test('steps at a json path carry the path', () => {
  const steps = resolveChange(schema, (c: any) =>
    c.at('doc', 'a', 0).set({ b: 1 }).at('doc', 'n').inc(0.5).at('doc', 'l').push(1, null).at('doc', 'x').unset(),
  );
  expect(steps).toEqual([
    { op: 'set', column: 'doc', path: ['a', 0], value: { b: 1 } },
    { op: 'inc', column: 'doc', path: ['n'], value: 0.5 },
    { op: 'push', column: 'doc', path: ['l'], values: [1, null] },
    { op: 'unset', column: 'doc', path: ['x'] },
  ]);
});

test('a change without steps is none', () => {
  expect(resolveChange(schema, (c: unknown) => c)).toEqual([]);
});

const refusedChanges: readonly (readonly [string, unknown, string, RegExp])[] = [
  [
    'an unknown column',
    (c: any) => c.set('nota', 'x'),
    'COLUMN_UNKNOWN',
    /"nota" in a change is not a column\. Did you mean note\?/,
  ],
  ['the key', (c: any) => c.set('id', 'x'), 'ROUTING_IMMUTABLE', /^Order\.id: the key of a row never changes/],
  [
    'the routing column',
    (c: any) => c.set('account', 'x'),
    'ROUTING_IMMUTABLE',
    /^Order\.account: the routing of a row never/,
  ],
  ['the version', (c: any) => c.inc('version', 1n), 'VALUE_INVALID', /the version is kept by Weft/],
  ['a value of another kind', (c: any) => c.set('qty', 'x'), 'VALUE_INVALID', /^Order\.qty:/],
  ['null as a value', (c: any) => c.set('note', null), 'VALUE_INVALID', /use unset\('note'\)/],
  ['unset of a required column', (c: any) => c.unset('qty'), 'VALUE_MISSING', /a required column cannot be cleared/],
  ['inc of a text', (c: any) => c.inc('note', 1), 'PREDICATE_INVALID', /a column of kind string has no inc\(\)/],
  ['inc by a value of another kind', (c: any) => c.inc('big', 1), 'VALUE_INVALID', /^Order\.big:/],
  ['push to a text', (c: any) => c.push('note', 'x'), 'PREDICATE_INVALID', /kind string has no push/],
  ['push of another kind', (c: any) => c.push('tags', 'a', 5), 'VALUE_INVALID', /^Order\.tags/],
  ['pull from a text', (c: any) => c.pull('note', 'x'), 'PREDICATE_INVALID', /no pull/],
  ['a path into a text', (c: any) => c.at('note', 'x').set(1), 'PREDICATE_INVALID', /no at\(\)/],
  ['an empty path', (c: any) => c.at('doc').set(1), 'PREDICATE_INVALID', /at least one step/],
  ['a value that is no json', (c: any) => c.at('doc', 'x').set(new Map()), 'VALUE_INVALID', /^Order\.doc at x/],
  [
    'inc by a text at a path',
    (c: any) => c.at('doc', 'x').inc('1'),
    'VALUE_INVALID',
    /inc\(\) takes a finite number, got string/,
  ],
  ['a builder that returns something else', () => ({}), 'PREDICATE_INVALID', /must return its argument's chain/],
  ['an object as the builder', { qty: 1 }, 'PREDICATE_INVALID', /a change is a builder such as/],
];

test.each(refusedChanges)('changing %s is refused', (_, build, code, message) => {
  expect(() => resolveChange(schema, build)).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  );
});
