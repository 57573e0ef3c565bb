import { textPrefixRange, valueList, type Column, type Predicate, type TypeSchema } from '@weft/data';

/** Whether a page may hold a row that matches, judged by zone maps. Never wrong about a page that does. */
export type PageTest = (page: number) => boolean;

const always: PageTest = () => true;

export function compilePageTest(
  schema: TypeSchema,
  columns: readonly Column[],
  where: Predicate | undefined,
): PageTest {
  if (where === undefined) return always;
  const ordinalOf = new Map(schema.columns.map(({ name, ordinal }) => [name, ordinal]));
  return compile(where, (name) => columns[ordinalOf.get(name)!]);
}

function compile(where: Predicate, columnOf: (name: string) => Column): PageTest {
  switch (where.op) {
    case 'and': {
      const tests = where.args.map((arg) => compile(arg, columnOf)).filter((test) => test !== always);
      return tests.length === 0 ? always : (page) => tests.every((test) => test(page));
    }
    case 'or': {
      const tests = where.args.map((arg) => compile(arg, columnOf));
      return tests.includes(always) ? always : (page) => tests.some((test) => test(page));
    }
    case 'not':
    case 'has':
    case 'endsWith':
    case 'contains':
      return always;
    default:
      return where.path === undefined ? compileLeaf(where, columnOf(where.column)) : always;
  }
}

/** Values of a list that are tested one by one for each page; of more, only the least and the greatest are. */
const PREFIXES_MAX = 64;

function between(column: Column, values: readonly unknown[]): PageTest {
  const { least, greatest } = valueList(column.schema.kind, values);
  if (least === undefined) return always;
  const { zones } = column;
  const low = column.prefixOfValue(least);
  const high = column.prefixOfValue(greatest);
  return (page) => zones.min(page) <= high && zones.max(page) >= low;
}

function compileLeaf(where: Exclude<Predicate, { op: 'and' | 'or' | 'not' | 'has' }>, column: Column): PageTest {
  const { zones } = column;
  switch (where.op) {
    case 'isNull':
      return column.nulls === undefined ? () => false : (page) => zones.nulls(page) > 0;
    case 'eq': {
      const prefix = column.prefixOfValue(where.value);
      return (page) => prefix >= zones.min(page) && prefix <= zones.max(page);
    }
    case 'in': {
      if (where.values.length > PREFIXES_MAX) return between(column, where.values);
      const prefixes = where.values.map((value) => column.prefixOfValue(value));
      return (page) => prefixes.some((prefix) => prefix >= zones.min(page) && prefix <= zones.max(page));
    }
    case 'lt':
    case 'le': {
      const prefix = column.prefixOfValue(where.value);
      return (page) => zones.min(page) <= prefix;
    }
    case 'gt':
    case 'ge': {
      const prefix = column.prefixOfValue(where.value);
      return (page) => zones.max(page) >= prefix;
    }
    case 'startsWith': {
      const [low, high] = textPrefixRange(where.value);
      return (page) => zones.min(page) <= high && zones.max(page) >= low;
    }
    case 'ne':
      return (page) => zones.min(page) <= zones.max(page);
    default:
      return always;
  }
}
