/**
 * What kernels cost: nanoseconds per row of 10 million, against compiled JavaScript on the same bytes and the same question.
 *
 *     node --conditions=source bench/micro/kernel.ts [rows]
 *
 * Each figure is the least of several passes; a pass is one call per page, as in the product. Constants differ from pass to
 * pass. `cold` is the first pass of a fresh plan, with lowering and compilation.
 */
import { type AggregatePlan, KernelRun, lowerAggregate, ROWS_PER_PAGE, type TypeSchema } from '@weft/data';
import { columns, KernelTable } from './kernel-table.ts';
import { plainCases } from './kernel-plain.ts';

const rows = Number(process.argv[2] ?? 10_000_000);
const PASSES = 7;

const schema = {
  name: 'Trade',
  sqlName: 'trade',
  columns: columns.map((column, ordinal) => ({
    sqlName: column.name,
    ordinal,
    role: 'data',
    optional: false,
    ...column,
  })),
  key: [0],
  routing: 0,
  indexes: [],
  fingerprint: '',
} as TypeSchema;

const table = new KernelTable(rows);
const dictionary = { length: 1000, codeOf: (text: string) => Number(text), get: String };

interface Case {
  readonly name: string;
  readonly plan: (limit: number) => AggregatePlan;
  readonly plain?: (table: KernelTable, limit: number) => unknown;
}

const where = (column: string, value: number | string): NonNullable<AggregatePlan['where']> => ({
  op: 'lt',
  column,
  value: column === 'price' ? value : typeof value === 'number' ? Math.round(value) : value,
});
const whole = (fn: 'sum' | 'min', column: string) => ({
  by: [],
  select: [
    { name: 'v', fn, column },
    { name: 'n', fn: 'count' as const },
  ],
});
const three = [
  { name: 'n', fn: 'count' as const },
  { name: 's', fn: 'sum' as const, column: 'qty' },
  { name: 'm', fn: 'max' as const, column: 'price' },
];

const cases: readonly Case[] = [
  {
    name: 'filter i32 half, sum i32',
    plan: (at) => ({ ...whole('sum', 'qty'), where: where('qty', at * 1000) }),
    plain: plainCases.sumInt32,
  },
  {
    name: 'filter i32 half, sum f64',
    plan: (at) => ({ ...whole('sum', 'price'), where: where('qty', at * 1000) }),
    plain: plainCases.sumFloat64,
  },
  {
    name: 'filter f64 half, sum f64',
    plan: (at) => ({ ...whole('sum', 'price'), where: where('price', at * 1000) }),
    plain: plainCases.filterFloat64,
  },
  {
    name: 'filter i32 half, sum i64',
    plan: (at) => ({ ...whole('sum', 'total'), where: where('qty', at * 1000) }),
    plain: plainCases.sumInt64,
  },
  { name: 'filter i32 half, min f64', plan: (at) => ({ ...whole('min', 'price'), where: where('qty', at * 1000) }) },
  { name: 'filter i32 1 %, sum f64', plan: (at) => ({ ...whole('sum', 'price'), where: where('qty', at * 20) }) },
  { name: 'no filter, sum i32', plan: () => whole('sum', 'qty') },
  {
    name: 'symbol below, count',
    plan: (at) => ({ by: [], select: [{ name: 'n', fn: 'count' }], where: where('symbol', String(at * 1000)) }),
  },
  {
    name: 'group by 1000 codes, 3 terms',
    plan: (at) => ({ by: ['symbol'], select: three, where: where('qty', at * 1000) }),
    plain: plainCases.groupByCode,
  },
  {
    name: 'group by int32 of 1000, 3 terms',
    plan: (at) => ({ by: ['account'], select: three, where: where('qty', at * 1000) }),
    plain: plainCases.groupByInt32,
  },
];

process.stdout.write(`${rows} rows, Node ${process.version}\n`);
for (const { name, plan, plain } of cases) {
  const kernel = measure((limit) => runKernel(plan(limit)));
  const script = plain && measure((limit) => plain(table, limit));
  const peer =
    script === undefined
      ? ''
      : `   JavaScript ${figure(script.best)} ns/row   ${(script.best / kernel.best).toFixed(1)}×`;
  process.stdout.write(
    `${name.padEnd(34)} kernel ${figure(kernel.best)} ns/row   cold ${figure(kernel.first)}${peer}\n`,
  );
}

function runKernel(plan: AggregatePlan): unknown {
  const fragment = lowerAggregate(schema, plan, () => dictionary);
  if (fragment === undefined) throw new Error('not lowered');
  const run = new KernelRun(fragment, table.memories);
  for (let page = 0; page * ROWS_PER_PAGE < rows; page++) run.page(table.page(page, fragment.inputs));
  const partial = run.partial();
  run.close();
  return partial;
}

function measure(pass: (limit: number) => unknown): { best: number; first: number } {
  const times = Array.from({ length: PASSES }, () => {
    const limit = 0.49 + Math.random() * 0.02;
    const start = performance.now();
    pass(limit);
    return ((performance.now() - start) * 1e6) / rows;
  });
  return { best: Math.min(...times), first: times[0] };
}

function figure(nanos: number): string {
  return nanos.toFixed(2).padStart(6);
}
