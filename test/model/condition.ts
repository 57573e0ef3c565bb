import type { ColumnSchema } from '@weft/data';
import { compare, normal, textOf } from './values.ts';

/** A condition as plain data, so that failing cases can be shrunk and printed. */
export type Test =
  | { readonly op: Relation; readonly column: string; readonly path?: Path; readonly value: unknown }
  | {
      readonly op: 'between';
      readonly column: string;
      readonly path?: Path;
      readonly low: unknown;
      readonly high: unknown;
    }
  | { readonly op: 'in'; readonly column: string; readonly path?: Path; readonly values: readonly unknown[] }
  | { readonly op: 'isNull'; readonly column: string; readonly path?: Path }
  | { readonly op: 'isNotNull'; readonly column: string; readonly path?: Path }
  | { readonly op: TextRelation; readonly column: string; readonly path?: Path; readonly value: string }
  | { readonly op: 'has'; readonly column: string; readonly value: unknown }
  | { readonly op: 'and' | 'or'; readonly args: readonly Test[] }
  | { readonly op: 'not'; readonly arg: Test };

export type Relation = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';
export type TextRelation = 'startsWith' | 'endsWith' | 'contains';
export type Path = readonly (string | number)[];

/** Which rows: none given, a template, or a condition. */
export type Question = undefined | { readonly template: Readonly<Record<string, unknown>> } | { readonly test: Test };

/** SQL's truth: `undefined` is unknown. */
export type Truth = boolean | undefined;

type Row = Readonly<Record<string, unknown>>;

/** What the handle takes for a question: the builder's calls are made from the data. */
export function whereOf(question: Question): unknown {
  if (question === undefined) return undefined;
  return 'template' in question ? question.template : (refs: unknown) => build(question.test, refs as Refs);
}

/** The same for `having`, which has no templates. */
export function builderOf(test: Test): (refs: unknown) => unknown {
  return (refs) => build(test, refs as Refs);
}

/** The rows of those given that match. */
export function matching<R extends Row>(columns: readonly ColumnSchema[], question: Question, rows: readonly R[]): R[] {
  if (question === undefined) return [...rows];
  if ('template' in question) return rows.filter((row) => matchesTemplate(columns, question.template, row));
  return rows.filter((row) => truth(columns, question.test, row) === true);
}

export function truth(columns: readonly ColumnSchema[], test: Test, row: Row): Truth {
  switch (test.op) {
    case 'and':
      return all(test.args.map((arg) => truth(columns, arg, row)));
    case 'or':
      return not(all(test.args.map((arg) => not(truth(columns, arg, row)))));
    case 'not':
      return not(truth(columns, test.arg, row));
    default:
      return leaf(
        columns.find(({ name }) => name === test.column)!,
        test,
        row,
      );
  }
}

type Leaf = Exclude<Test, { op: 'and' | 'or' | 'not' }>;

function leaf(column: ColumnSchema, test: Leaf, row: Row): Truth {
  const path = 'path' in test ? test.path : undefined;
  const found = path === undefined ? row[column.name] : follow(row[column.name], path);
  const given = (value: unknown): unknown => (path === undefined ? normal(column.kind, value) : value);
  const isEqual = (value: unknown): boolean => textOf(given(value)) === textOf(found);
  const orderTo = (value: unknown): number | undefined =>
    path === undefined ? compare(column.kind, found, given(value)) : compareScalars(found, value);
  if (test.op === 'isNull') return found === undefined;
  if (test.op === 'isNotNull') return found !== undefined;
  // Nothing is in an empty list, not even an absent value.
  if (test.op === 'in' && test.values.length === 0) return false;
  if (found === undefined) return undefined;
  switch (test.op) {
    case 'eq':
      return isEqual(test.value);
    case 'ne':
      return !isEqual(test.value);
    case 'in':
      return test.values.some(isEqual);
    case 'between':
      return all([decide('ge', orderTo(test.low)), decide('le', orderTo(test.high))]);
    case 'has':
      return (found as unknown[]).some((element) => textOf(element) === textOf(given([test.value])).slice(1, -1));
    case 'startsWith':
      return typeof found === 'string' ? found.slice(0, test.value.length) === test.value : undefined;
    case 'endsWith':
      return typeof found === 'string'
        ? found.length >= test.value.length && found.slice(found.length - test.value.length) === test.value
        : undefined;
    case 'contains':
      return typeof found === 'string' ? found.split(test.value).length > 1 || test.value === '' : undefined;
    default:
      return decide(test.op, orderTo(test.value));
  }
}

function decide(op: 'lt' | 'le' | 'gt' | 'ge', order: number | undefined): Truth {
  if (order === undefined) return undefined;
  return { lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[op];
}

/** Three-valued `and`: false wins, then unknown. */
function all(parts: readonly Truth[]): Truth {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

function not(part: Truth): Truth {
  return part === undefined ? undefined : !part;
}

function matchesTemplate(columns: readonly ColumnSchema[], template: Row, row: Row): boolean {
  return columns.every(({ name, kind }) => {
    const value = template[name];
    if (value === undefined) return true;
    return value === null ? row[name] === undefined : textOf(row[name]) === textOf(normal(kind, value));
  });
}

/** The json value at a path, absent where there is none or it is null. */
export function follow(value: unknown, path: Path): unknown {
  let at = value;
  for (const step of path) {
    const isHolder = Array.isArray(at) ? typeof step === 'number' : typeof at === 'object' && at !== null;
    at = isHolder && Object.hasOwn(at as object, step) ? (at as Record<string | number, unknown>)[step] : undefined;
  }
  return at === null ? undefined : at;
}

function compareScalars(a: unknown, b: unknown): number | undefined {
  if (typeof a !== typeof b) return undefined;
  if (typeof a === 'string') return compare({ name: 'string' }, a, b);
  return typeof a === 'number' || typeof a === 'boolean' ? Number(a) - Number(b) : undefined;
}

interface Refs {
  readonly [column: string]: Ref;
}

interface Ref {
  at(...path: Path): Ref;
  between(low: unknown, high: unknown): Built;
  isNull(): Built;
  isNotNull(): Built;
  [op: string]: (...args: never[]) => unknown;
}

interface Built {
  and(...others: Built[]): Built;
  or(...others: Built[]): Built;
  not(): Built;
}

function build(test: Test, refs: Refs): Built {
  switch (test.op) {
    case 'and':
    case 'or': {
      const [first, ...rest] = test.args.map((arg) => build(arg, refs));
      return test.op === 'and' ? first!.and(...rest) : first!.or(...rest);
    }
    case 'not':
      return build(test.arg, refs).not();
    default:
      return buildLeaf(test, refs);
  }
}

function buildLeaf(test: Leaf, refs: Refs): Built {
  const column = refs[test.column]!;
  const ref = 'path' in test && test.path !== undefined ? column.at(...test.path) : column;
  if (test.op === 'between') return ref.between(test.low, test.high);
  if (test.op === 'isNull') return ref.isNull();
  if (test.op === 'isNotNull') return ref.isNotNull();
  return (ref[test.op] as (value: unknown) => Built).call(ref, test.op === 'in' ? test.values : test.value);
}
