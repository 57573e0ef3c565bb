import { finish, type Predicate } from '@weft/data';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testTable, type TestTable } from '../store.fixture.ts';
import { chooseAccess, VALUES_LOOKED_UP_MAX } from './access.ts';
import { matchesOf, Order, orderOf, orderPredicate, orderRow } from './query.fixture.ts';

function filled(rows: number): TestTable {
  const made = testTable(Order);
  for (let id = 0; id < rows; id++) made.write(orderOf(id));
  return made;
}

const large = filled(5000);

function accessOf(where: unknown): { kind: string; index?: string | undefined; count: number } {
  const { kind, index, count } = chooseAccess(large.table, large.where(where));
  return { kind, count, ...(index === undefined ? {} : { index }) };
}

test('a predicate that names the key goes by the key', () => {
  expect(accessOf({ id: 7 })).toEqual({ kind: 'key', count: 1 });
  expect(accessOf({ id: 70_000 })).toEqual({ kind: 'key', count: 0 });
  expect(accessOf((r: any) => r.id.in([1, 2, 2, 80_000]))).toEqual({ kind: 'key', count: 2 });
});

test('of several indexes the one that proposes fewest rows is used', () => {
  expect(accessOf({ symbol: 'S3' })).toMatchObject({ kind: 'index', count: 455 });
  expect(accessOf({ symbol: 'S3', qty: 5 })).toEqual({ kind: 'index', index: 'symbol_qty', count: 4 });
  expect(accessOf((r: any) => r.symbol.eq('S3').and(r.qty.ge(98)))).toMatchObject({
    kind: 'index',
    index: 'symbol_qty',
  });
  expect(accessOf({ at: new Date(1_700_000_000_007) })).toEqual({ kind: 'index', index: 'at_note', count: 1 });
});

test('where an index would propose too much of the table, it is scanned', () => {
  expect(accessOf((r: any) => r.qty.ge(10)).kind).toBe('scan');
  expect(accessOf((r: any) => r.qty.ge(97)).kind).toBe('index');
  expect(accessOf(undefined).kind).toBe('scan');
  expect(accessOf((r: any) => r.symbol.eq('S1').or(r.qty.eq(1))).kind).toBe('scan');
  expect(accessOf((r: any) => r.symbol.ne('S1')).kind).toBe('scan');
});

test('more keys or values than one turn looks up are met by a scan', () => {
  const keys = Array.from({ length: VALUES_LOOKED_UP_MAX + 1 }, (_, at) => at);
  expect(accessOf((r: any) => r.id.in(keys)).kind).toBe('scan');
  expect(accessOf((r: any) => r.id.in(keys.slice(1)))).toEqual({ kind: 'key', count: VALUES_LOOKED_UP_MAX });
});

test('an index does not propose more rows than one turn gathers', () => {
  const made = testTable(Order);
  for (let id = 0; id < 70_000; id++)
    made.write({ ...orderOf(id), symbol: id < 17_000 ? 'S1' : id < 30_000 ? 'S2' : 'S3' });
  expect(chooseAccess(made.table, made.where({ symbol: 'S2' }))).toMatchObject({ kind: 'index', count: 13_000 });
  expect(chooseAccess(made.table, made.where({ symbol: 'S1' })).kind).toBe('scan');
  made.port.clear();
});

test('a range without an end leaves out rows that have no value', () => {
  const { index, collect } = chooseAccess(
    large.table,
    large.where((r: any) => r.qty.gt(97)),
  );
  expect(index).toBe('qty');
  const qty = large.table.columns[3];
  expect(Array.from(collect()).every((row) => (qty.get(row) as number) > 97)).toBe(true);
});

test('what an access proposes holds every row that matches, each once', () => {
  fc.assert(
    fc.property(
      fc.array(orderRow, { maxLength: 40 }),
      fc.array(orderPredicate, { minLength: 5, maxLength: 5 }),
      (rows, predicates) => {
        const made = testTable(Order);
        for (const [id, row] of rows.entries()) made.write({ id, ...row });
        for (const where of predicates) {
          const access = chooseAccess(made.table, where);
          if (access.kind === 'scan') continue;
          const proposed = Array.from(access.collect());
          expect(new Set(proposed).size).toBe(proposed.length);
          for (const row of matchesOf(made.table, where)) expect(proposed).toContain(row);
        }
        made.port.clear();
      },
    ),
    { numRuns: 300 },
  );
});

test('count answers the same by key, index and scan, live and over a snapshot', () => {
  fc.assert(
    fc.property(
      fc.array(orderRow, { maxLength: 40 }),
      fc.array(orderPredicate, { minLength: 5, maxLength: 5 }),
      (rows, predicates) => {
        const made = testTable(Order);
        for (const [id, row] of rows.entries()) made.write({ id, ...row });
        for (const where of [...predicates, undefined] as (Predicate | undefined)[]) {
          expect(finish(made.port.count(where))).toBe(matchesOf(made.table, where).length);
        }
        made.port.clear();
      },
    ),
    { numRuns: 200 },
  );
});
