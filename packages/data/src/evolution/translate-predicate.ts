import { compileMatcher } from '../evaluate/matcher.ts';
import { sideOfRange } from '../kind/number-range.ts';
import { comparisonOf, membershipOf } from '../predicate/comparison.ts';
import type { Comparison, Predicate } from '../predicate/predicate.ts';
import type { ColumnSchema } from '../type/schema.ts';
import { float32Range } from './float32-range.ts';
import type { OldColumn } from './old-column.ts';
import type { OldView } from './old-view.ts';

type Leaf = Exclude<Predicate, { op: 'and' | 'or' | 'not' }>;

/**
 * What a predicate of the older declaration asks of stored rows: true or false where it is so of every row. A row whose value the
 * older declaration cannot show matches as its stored value does. Throws DECLARATION_OUTDATED for a column that is lost.
 */
export function translateWhere(view: OldView, where: Predicate | undefined): Predicate | boolean {
  return where === undefined ? true : translate(view, where, true);
}

/** The predicate that holds exactly where `predicate` is `wanted`; unknown is neither, as in `compileMatcher`. */
function translate(view: OldView, predicate: Predicate, wanted: boolean): Predicate | boolean {
  switch (predicate.op) {
    case 'and':
    case 'or': {
      const args = predicate.args.map((arg) => translate(view, arg, wanted));
      return joined((predicate.op === 'and') === wanted ? 'and' : 'or', args);
    }
    case 'not':
      return translate(view, predicate.arg, !wanted);
    default:
      return translateLeaf(view, predicate, wanted);
  }
}

function joined(op: 'and' | 'or', args: readonly (Predicate | boolean)[]): Predicate | boolean {
  const decided = op === 'or';
  if (args.includes(decided)) return decided;
  const open = args.filter((arg) => typeof arg !== 'boolean');
  if (open.length === 0) return !decided;
  return open.length === 1 ? open[0] : { op, args: open };
}

function translateLeaf(view: OldView, leaf: Leaf, wanted: boolean): Predicate | boolean {
  const column = view.column(leaf.column);
  if (column.now === undefined) return holdsOf(view, column, leaf, wanted);
  const asked = storedLeaf(column, column.now, leaf);
  return wanted ? asked : { op: 'not', arg: asked };
}

/** A dropped column has one value in all rows. */
function holdsOf(view: OldView, { old, show }: OldColumn, leaf: Leaf, wanted: boolean): boolean {
  const value = show(undefined);
  const readers = view.schema.columns.map((schema) => ({
    schema,
    get: () => (schema === old ? value : undefined),
    isNull: () => schema !== old || value === undefined,
  }));
  return compileMatcher(view.schema, wanted ? leaf : { op: 'not', arg: leaf }, readers)(0);
}

function storedLeaf(column: OldColumn, now: ColumnSchema, leaf: Leaf): Predicate {
  const { name } = now;
  if (leaf.op === 'isNull' || column.isSame) return { ...leaf, column: name };
  const asked = 'asked' in leaf ? leaf.asked : undefined;
  if (column.old.kind.name === 'float32' && now.kind.name === 'float64') return roundedLeaf(name, asked ?? leaf);
  if (asked?.op === 'in') return membershipOf(now, asked.values.map(column.store), same);
  if (asked !== undefined) return comparisonOf(now, asked.op, column.store(asked.value), same);
  if (leaf.op === 'in') return { ...leaf, column: name, values: leaf.values.map(column.store) };
  return { ...leaf, column: name, value: column.store(leaf.value) } as Predicate;
}

/** The older declaration sees doubles rounded: what it compares with stands for a range of them. */
function roundedLeaf(column: string, leaf: Leaf): Predicate {
  if (leaf.op === 'in') return { op: 'or', args: leaf.values.map((value) => inRange(column, value as number)) };
  const { op, value } = leaf as Comparison & { readonly value: number };
  const { low, high } = roundedRange(value);
  switch (op) {
    case 'eq':
      return inRange(column, value);
    case 'ne':
      return { op: 'not', arg: inRange(column, value) };
    case 'lt':
    case 'ge':
      return { op, column, value: low };
    default:
      return { op, column, value: high };
  }
}

/** No float32 stands for a number beyond all of them: it is compared as it is. */
function roundedRange(value: number): { readonly low: number; readonly high: number } {
  return sideOfRange({ name: 'float32' }, value) === undefined ? float32Range(value) : { low: value, high: value };
}

function inRange(column: string, value: number): Predicate {
  const { low, high } = roundedRange(value);
  return {
    op: 'and',
    args: [
      { op: 'ge', column, value: low },
      { op: 'le', column, value: high },
    ],
  };
}

/** What was asked has been checked. */
function same(value: unknown): unknown {
  return value;
}
