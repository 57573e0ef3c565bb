/** Test help: the type of the snapshot tests, declared in both threads, and what a reader computes over it. */
import {
  rowCodeOf,
  Decimal,
  defineType,
  finishAggregate,
  KernelRun,
  lowerAggregate,
  NaiveAggregate,
  resolveAggregate,
  sum,
  count,
  min,
  max,
  t,
  type Arena,
} from '@weft/data';
import { dictionariesOf, kernelPage } from '../query/kernel-pages.ts';
import type { TableView } from './table-snapshot.ts';

export const Trade = defineType(
  'Trade',
  {
    id: t.int32(),
    symbol: t.string(),
    qty: t.int32(),
    price: t.decimal(18, 4).optional(),
    at: t.timestamp(),
    uid: t.uuid().optional(),
    memo: t.string().optional(),
    blob: t.bytes().optional(),
    doc: t.json<unknown>().optional(),
    tags: t.array(t.string()).optional(),
  },
  { key: 'id', ttl: '1d' },
);

/** A row that differs from all others, now and then without a value, and whose memo soon leaves the dictionary. */
export function tradeOf(id: number, version: number): object {
  return {
    id,
    symbol: `S${id % 7}`,
    qty: (id * 31 + version * 17) % 1000,
    price: id % 5 === 0 ? undefined : new Decimal(BigInt(id * 10_000 + version), 4),
    at: new Date(1_700_000_000_000 + id * 1000 + version),
    uid: id % 3 === 0 ? undefined : `00000000-0000-4000-8000-${String(id * 1000 + version).padStart(12, '0')}`,
    memo: id % 4 === 0 ? undefined : `memo ${id} é ${version} ${'x'.repeat(id % 50)}`,
    blob: id % 6 === 0 ? undefined : new Uint8Array([id & 255, version & 255]),
    doc: id % 9 === 0 ? { id, deep: { version } } : undefined,
    tags: id % 8 === 0 ? [`t${id}`, `v${version}`] : undefined,
  };
}

export const bySymbol = {
  by: ['symbol'],
  select: { n: count(), qty: sum('qty'), price: sum('price'), low: min('qty'), high: max('qty') },
  where: (r: { qty: { ge(value: number): never } }): never => r.qty.ge(100),
  orderBy: { symbol: 'asc' },
};

/** The groups of a view by kernels alone: no page may need the naive evaluator. */
export function groupsByKernel(view: TableView, arena: Arena): object[] {
  const plan = resolveAggregate(view.schema, bySymbol);
  const fragment = lowerAggregate(view.schema, plan, dictionariesOf(view));
  if (fragment === undefined) throw new Error('the plan has no kernel');
  const run = new KernelRun(fragment, arena.segments);
  for (let page = 0; page < view.live.pageCount; page++) {
    if (view.live.countIn(page) === 0) continue;
    const cells = kernelPage(view, arena, fragment.inputs, page);
    if (cells === undefined) throw new Error('a page has no kernel form');
    run.page(cells);
  }
  const groups = finishAggregate(plan, run.partial());
  run.close();
  return groups;
}

/** The same row by row. */
export function groupsByRow(view: TableView): object[] {
  const plan = resolveAggregate(view.schema, { ...bySymbol, where: undefined });
  const naive = new NaiveAggregate(view.schema, plan, view.columns);
  const qty = view.columns.find(({ schema }) => schema.name === 'qty')!;
  for (let row = 0; row < view.live.rowCount; row++)
    if (view.live.has(row) && (qty.get(row) as number) >= 100) naive.add(row);
  return finishAggregate(plan, naive.partial);
}

/** A hash of every live row, in a form that can be posted and compared. */
export function checksum(view: TableView): { rows: number; sum: number } {
  const { load } = rowCodeOf(view.schema);
  let rows = 0;
  let sum = 0;
  for (let row = 0; row < view.live.rowCount; row++) {
    if (!view.live.has(row)) continue;
    rows++;
    for (const character of JSON.stringify(load(view.columns, row), (_, value: unknown) =>
      typeof value === 'bigint' ? `${value}n` : value,
    )) {
      sum = (Math.imul(sum, 31) + character.codePointAt(0)!) | 0;
    }
  }
  return { rows, sum };
}
