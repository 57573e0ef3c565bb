import { createColumn, Epochs, Heap, LiveRows, ROW_BITS, type TypeSchema } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableView } from '../snapshot/table-snapshot.ts';
import { smallArena } from '../store.fixture.ts';
import { compilePageTest } from './prune.ts';
import { matchesOf, Order, orderPredicate, orderRow } from './query.fixture.ts';

const arena = smallArena(4);
const { schema }: { schema: TypeSchema } = Order;

/** A view with a few rows on each page, so that their bounds differ. */
function viewOf(pages: readonly (readonly object[])[]): { view: TableView; clear: () => void } {
  const memory = { arena, epochs: new Epochs(arena) };
  const heap = new Heap(memory);
  const live = new LiveRows(memory);
  const columns = schema.columns.map((column) => createColumn(column, { memory, heap, live, isDistinct: false }));
  for (const [page, rows] of pages.entries()) {
    live.addPage(page, 0);
    for (const column of columns) column.addPage(page, 0);
    for (const [at, values] of rows.entries()) {
      const row = (page << ROW_BITS) + at;
      for (const column of columns) {
        const { name } = column.schema;
        column.set(row, name === 'id' || name.startsWith('_') ? row & 4095 : (values as Record<string, unknown>)[name]);
      }
      live.add(row);
    }
  }
  const clear = (): void => {
    for (const column of columns) column.clear();
    heap.clear();
    live.clear();
  };
  return { view: { schema, columns, live }, clear };
}

test('no page with a match is ever passed over', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(orderRow, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      fc.array(orderPredicate, { minLength: 5, maxLength: 5 }),
      (pages, predicates) => {
        const { view, clear } = viewOf(pages);
        for (const where of predicates) {
          const mayMatch = compilePageTest(schema, view.columns, where);
          for (const row of matchesOf(view, where)) expect(mayMatch(row >>> ROW_BITS)).toBe(true);
        }
        clear();
      },
    ),
    { numRuns: 200 },
  );
});

test('pages whose bounds, nulls or text rule a match out are passed over', () => {
  const base = {
    symbol: 'ACME',
    status: 'new',
    qty: 5,
    big: 1n,
    price: undefined,
    at: new Date(5000),
    note: undefined,
    flag: true,
  };
  const { view, clear } = viewOf([[base], [{ ...base, symbol: 'ZED', status: 'filled', qty: 50, note: 'x' }]]);
  const pagesOf = (where: Parameters<typeof compilePageTest>[2]): number[] =>
    [0, 1].filter(compilePageTest(schema, view.columns, where));
  expect(pagesOf({ op: 'eq', column: 'qty', value: 5 })).toEqual([0]);
  expect(pagesOf({ op: 'gt', column: 'qty', value: 5 })).toEqual([0, 1]);
  expect(pagesOf({ op: 'gt', column: 'qty', value: 6 })).toEqual([1]);
  expect(pagesOf({ op: 'lt', column: 'qty', value: 4 })).toEqual([]);
  expect(pagesOf({ op: 'in', column: 'qty', values: [4, 50] })).toEqual([1]);
  expect(pagesOf({ op: 'startsWith', column: 'symbol', value: 'AC' })).toEqual([0]);
  expect(pagesOf({ op: 'eq', column: 'status', value: 'filled' })).toEqual([1]);
  expect(pagesOf({ op: 'isNull', column: 'note' })).toEqual([0]);
  expect(pagesOf({ op: 'isNull', column: 'symbol' })).toEqual([]);
  expect(pagesOf({ op: 'ne', column: 'price', value: 1 })).toEqual([]);
  expect(
    pagesOf({
      op: 'and',
      args: [
        { op: 'gt', column: 'qty', value: 6 },
        { op: 'eq', column: 'symbol', value: 'ACME' },
      ],
    }),
  ).toEqual([]);
  expect(
    pagesOf({
      op: 'or',
      args: [
        { op: 'gt', column: 'qty', value: 6 },
        { op: 'eq', column: 'symbol', value: 'ACME' },
      ],
    }),
  ).toEqual([0, 1]);
  clear();
});
