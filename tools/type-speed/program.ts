/** The source text of a program with many types, for measuring the compiler. */

/** One column of each line in turn; the first two are the key and the routing column. */
const kinds = [
  't.int32()',
  't.string().index()',
  `t.enum(['new', 'open', 'done']).index('hash')`,
  't.decimal(18, 4)',
  `t.timestamp().index('ordered')`,
  't.string().optional()',
  't.int64().default(0n)',
  't.float64().optional()',
  't.array(t.string()).optional()',
  't.json<{ a: { b: number } }>().optional()',
];

/** A module that declares `Type<n>` for each number. */
export function declarationFile(numbers: readonly number[], columns: number): string {
  return [`import { defineType, t } from '@weft/data';`, ...numbers.map((n) => declaration(n, columns))].join('\n');
}

/** A module that uses each of the declared types in every way that costs the compiler something. */
export function usageFile(from: string, numbers: readonly number[], columns: number): string {
  const names = numbers.map((n) => `Type${n}`).join(', ');
  return [
    `import type { Grid } from '@weft/client';`,
    `import { count, Decimal, max, sum, type Infer } from '@weft/data';`,
    `import { ${names} } from '${from}';`,
    `declare const grid: Grid;`,
    ...numbers.map((n) => usage(n, columns)),
  ].join('\n');
}

/** The name of the nth column: different in every type, so that nothing is shared between them. */
function columnName(type: number, column: number): string {
  return `c${type}x${column}`;
}

function declaration(type: number, columns: number): string {
  const lines = Array.from(
    { length: columns - 2 },
    (_, at) => `  ${columnName(type, at)}: ${kinds[at % kinds.length]},`,
  );
  return [
    `export const Type${type} = defineType('Type${type}', {`,
    `  id: t.id(),`,
    `  account: t.string(),`,
    ...lines,
    `}, { key: 'id', routing: 'account', ttl: '1d' });`,
  ].join('\n');
}

function usage(type: number, columns: number): string {
  const name = (kind: number): string => columnName(type, kind);
  return [
    `export type Row${type} = Infer<typeof Type${type}>;`,
    `export async function use${type}(): Promise<Row${type}[]> {`,
    `  const space = grid.space(Type${type});`,
    `  const stored = await space.write({ account: 'a', ${required(type, columns)} });`,
    `  stored.${name(0)} satisfies number;`,
    `  const found = await space.find((r) => r.${name(1)}.startsWith('x').and(r.${name(0)}.gt(5), r.${name(4)}.lt(new Date(0))), {`,
    `    select: ['id', '${name(0)}', '${name(5)}'],`,
    `    orderBy: { ${name(4)}: 'desc', ${name(0)}: 'asc' },`,
    `  });`,
    `  found[0]?.${name(5)} satisfies string | undefined;`,
    `  await space.update('x', { ${name(2)}: 'done', ${name(5)}: null }, { timeout: '5s' });`,
    `  await space.change({ ${name(2)}: 'open' }, (c) => c.set('${name(2)}', 'done').inc('${name(0)}', 1).push('${name(8)}', 'x'));`,
    `  const groups = await space.aggregate({`,
    `    by: ['${name(2)}'],`,
    `    select: { n: count(), total: sum('${name(3)}'), last: max('${name(4)}') },`,
    `    having: (r) => r.n.gt(5).and(r.total.gt(Decimal.from(1))),`,
    `    orderBy: { n: 'desc' },`,
    `  });`,
    `  groups[0]?.last satisfies Date | undefined;`,
    `  return space.find({ ${name(2)}: 'new' });`,
    `}`,
  ].join('\n');
}

const values: Readonly<Record<number, string>> = {
  0: '1',
  1: `'x'`,
  2: `'new'`,
  3: 'Decimal.from(1)',
  4: 'new Date(0)',
};

function required(type: number, columns: number): string {
  return Array.from({ length: columns - 2 }, (_, at) => [columnName(type, at), values[at % kinds.length]] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
}
