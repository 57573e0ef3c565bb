import { Arena, defineType, runBatchOf, t, type Predicate } from '@weft/data';
import { expect, test } from 'vitest';
import { testTable } from '../store.fixture.ts';

const Part = defineType('Part', { id: t.int32(), group: t.string(), n: t.int32() }, { key: 'id', routing: 'group' });
const arena = new Arena({ segmentBytes: 1 << 26 });
const above: Predicate = { op: 'gt', column: 'n', value: 5 };
const inA: Predicate = { op: 'and', args: [{ op: 'eq', column: 'group', value: 'a' }, above] };

function open() {
  const made = testTable(Part, { arena });
  for (const [id, n] of [10, 3].entries()) made.write({ id, group: 'a', n });
  const { table, port } = made;
  const calls: string[] = [];
  const watch = (where: Predicate | undefined, name = 'w') => port.watch(where, () => calls.push(name));
  const rowOf = (id: number): number => table.find([id, 'a']);
  const n = table.columns.findIndex(({ schema }) => schema.name === 'n');
  return { ...made, calls, watch, rowOf, patch: (id: number, to: number) => table.patch(rowOf(id), [n], [to]) };
}

test.each<readonly [string, (made: ReturnType<typeof open>) => unknown, boolean]>([
  ['a row that matches comes', ({ write }) => write({ id: 2, group: 'a', n: 6 }), true],
  ['a row that does not match comes', ({ write }) => write({ id: 2, group: 'a', n: 5 }), false],
  ['a row that matches is replaced', ({ write }) => write({ id: 0, group: 'a', n: 1 }), true],
  ['a row comes to match as it is replaced', ({ write }) => write({ id: 1, group: 'a', n: 9 }), true],
  ['a row that does not match is replaced by another', ({ write }) => write({ id: 1, group: 'a', n: 4 }), false],
  ['a row that matches changes', ({ patch }) => patch(0, 11), true],
  ['a row ceases to match', ({ patch }) => patch(0, 1), true],
  ['a row comes to match', ({ patch }) => patch(1, 9), true],
  ['a row that does not match changes', ({ patch }) => patch(1, 4), false],
  ['a row that matches goes', ({ port }) => port.delete([0, 'a']), true],
  ['a row that does not match goes', ({ port }) => port.delete([1, 'a']), false],
  ['all rows go', ({ port }) => port.clear(), true],
])('%s', (_, change, isHeard) => {
  for (const where of [above, inA]) {
    const made = open();
    made.watch(where);
    change(made);
    expect(made.calls).toEqual(isHeard ? ['w'] : []);
    expect(made.table.watches.count).toBe(isHeard ? 0 : 1);
  }
});

test('rows that come column by column are heard of too', () => {
  const made = open();
  made.watch(above);
  const rows = [
    { id: 7, group: 'a', n: 1 },
    { id: 8, group: 'a', n: 8 },
  ];
  const columns = Part.schema.columns.flatMap(({ name, ordinal }) => {
    const data = rows.map((row) => (row as Record<string, unknown>)[name]);
    return data[0] === undefined ? [] : [{ ordinal, data }];
  });
  const batch = runBatchOf(Part.schema, { rows: rows.length, columns });
  const picks = Int32Array.from(rows.keys());
  const slots = picks.map(() => made.table.keyCode.slotOfRouting('a'));
  expect(made.table.inserter(rows.length, batch.rowBytes)!.insert(batch.columns, picks, slots)).toBe(2);
  expect(made.calls).toEqual(['w']);
});

test('a watch is told once, and one that was ended never', () => {
  const { calls, watch, patch, table } = open();
  watch(undefined, 'all');
  const end = watch(above, 'ended');
  end();
  end();
  patch(0, 7);
  patch(0, 8);
  expect(calls).toEqual(['all']);
  expect(table.watches.count).toBe(0);
});

test('a condition that fixes the routing value hears of no other slot', () => {
  const { calls, watch, write } = open();
  watch(inA, 'a');
  watch({ op: 'eq', column: 'group', value: 'b' }, 'b');
  write({ id: 3, group: 'c', n: 9 });
  expect(calls).toEqual([]);
  write({ id: 3, group: 'b', n: 9 });
  expect(calls).toEqual(['b']);
});
