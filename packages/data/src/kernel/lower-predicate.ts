import { must, unreachable } from '@weft/base';
import { type CellNumber, cellOfValue } from '../kind/cells.ts';
import { compareStrings } from '../kind/compare.ts';
import type { Comparison, Predicate, TextMatch } from '../predicate/predicate.ts';
import type { TypeSchema } from '../type/schema.ts';
import type { CompareName, KernelCell } from './cell.ts';
import type { Constants } from './constants.ts';
import { costOf, type FilterNode } from './filter-node.ts';
import type { Inputs, KernelInput } from './inputs.ts';
import type { DictionaryView } from './page.ts';

/** Entries of an `in` list that a kernel compares one after the other; a set serves longer lists better. */
const LIST_LENGTH_MAX = 256;

export interface LoweringScope {
  readonly schema: TypeSchema;
  readonly inputs: Inputs;
  readonly constants: Constants;
}

/** The predicate for the kernel; `undefined` where some part of it is beyond kernels. */
export function lowerPredicate(scope: LoweringScope, predicate: Predicate, wanted = true): FilterNode | undefined {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return lowerAll(scope, predicate.args, wanted, (predicate.op === 'and') === wanted ? 'all' : 'any');
    case 'not':
      return lowerPredicate(scope, predicate.arg, !wanted);
    case 'has':
      return undefined;
    default:
      return lowerLeaf(scope, predicate, wanted);
  }
}

type Leaf = Exclude<Predicate, { op: 'and' | 'or' | 'not' | 'has' }>;

const never: FilterNode = { op: 'constant', value: false };
const opposite = { eq: 'ne', ne: 'eq', lt: 'ge', ge: 'lt', gt: 'le', le: 'gt' } as const;

function lowerAll(
  scope: LoweringScope,
  predicates: readonly Predicate[],
  wanted: boolean,
  op: 'all' | 'any',
): FilterNode | undefined {
  const args: FilterNode[] = [];
  for (const predicate of predicates) {
    const node = lowerPredicate(scope, predicate, wanted);
    if (node === undefined) return undefined;
    args.push(node);
  }
  return { op, args: args.sort((a, b) => costOf(a) - costOf(b)) };
}

function lowerLeaf(scope: LoweringScope, leaf: Leaf, wanted: boolean): FilterNode | undefined {
  if (leaf.path !== undefined && leaf.path.length > 0) return undefined;
  const column = must(
    scope.schema.columns.find((candidate) => candidate.name === leaf.column),
    `${scope.schema.name} has no column ${leaf.column}: the predicate was not checked`,
  );
  const index = scope.inputs.indexOf(column);
  if (index === undefined) return undefined;
  const input = scope.inputs.list[index];
  switch (leaf.op) {
    case 'isNull':
      return column.optional ? { op: 'absent', input: index, wanted } : { op: 'constant', value: !wanted };
    case 'in':
      return lowerList(scope, index, leaf.values, wanted);
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return input.dictionary && lowerTable(scope, index, input.dictionary, textTest(leaf, wanted));
    case 'eq':
    case 'ne':
    case 'lt':
    case 'le':
    case 'gt':
    case 'ge':
      return lowerComparison(scope, index, wanted ? leaf.op : opposite[leaf.op], leaf.value);
    default:
      return unreachable(leaf, 'predicate');
  }
}

function lowerComparison(
  scope: LoweringScope,
  input: number,
  compare: CompareName,
  value: unknown,
): FilterNode | undefined {
  if (value === undefined || value === null) return never;
  const { cell, dictionary, column } = scope.inputs.list[input];
  if (dictionary !== undefined && compare !== 'eq' && compare !== 'ne') {
    return lowerTable(scope, input, dictionary, orderTest(compare, value as string));
  }
  const constant = constantOf(scope.inputs.list[input], value);
  if (constant === undefined) return undefined;
  // A string that is not in the dictionary equals no value and differs from every one.
  if (constant === -1 && dictionary !== undefined) return unknownString(input, column.optional, compare === 'ne');
  return { op: 'compare', input, compare, slot: scope.constants.scalar(cell, constant) };
}

function lowerList(
  scope: LoweringScope,
  input: number,
  values: readonly unknown[],
  wanted: boolean,
): FilterNode | undefined {
  if (values.length === 0) return { op: 'constant', value: !wanted };
  if (values.length > LIST_LENGTH_MAX) return undefined;
  const known = values.filter((value) => value !== undefined && value !== null);
  if (!wanted && known.length < values.length) return never;
  const { cell, dictionary } = scope.inputs.list[input];
  const constants: CellNumber[] = [];
  for (const value of known) {
    const constant = constantOf(scope.inputs.list[input], value);
    if (constant === undefined) return undefined;
    if (dictionary === undefined || constant !== -1) constants.push(constant);
  }
  return { op: 'list', input, wanted, slot: scope.constants.list(cell, constants) };
}

function lowerTable(
  scope: LoweringScope,
  input: number,
  dictionary: DictionaryView,
  accepts: (text: string) => boolean,
): FilterNode {
  const slot = scope.constants.codeTable(dictionary.length, (code) => accepts(dictionary.get(code)));
  return { op: 'table', input, slot };
}

function unknownString(input: number, optional: boolean, value: boolean): FilterNode {
  if (!value) return never;
  return optional ? { op: 'absent', input, wanted: false } : { op: 'constant', value: true };
}

function orderTest(compare: Exclude<Comparison['op'], 'eq' | 'ne'>, value: string): (text: string) => boolean {
  if (compare === 'lt') return (text) => compareStrings(text, value) < 0;
  if (compare === 'le') return (text) => compareStrings(text, value) <= 0;
  if (compare === 'gt') return (text) => compareStrings(text, value) > 0;
  return (text) => compareStrings(text, value) >= 0;
}

function textTest({ op, value }: TextMatch, wanted: boolean): (text: string) => boolean {
  if (op === 'startsWith') return (text) => text.startsWith(value) === wanted;
  if (op === 'endsWith') return (text) => text.endsWith(value) === wanted;
  return (text) => text.includes(value) === wanted;
}

/** The cell that equals the value, −1 for a string that the dictionary lacks; `undefined` where no cell can equal it. */
function constantOf({ column, cell, dictionary }: KernelInput, value: unknown): CellNumber | undefined {
  if (dictionary !== undefined) return dictionary.codeOf(value as string);
  const constant = cellOfValue(column.kind, value);
  return fits(cell, constant) ? constant : undefined;
}

/** A value that its cell would round or cut (no checked one is such) must not be compared in the cell's type. */
function fits(cell: KernelCell, value: CellNumber): boolean {
  if (cell === 'i64') return typeof value === 'bigint' && BigInt.asIntN(64, value) === value;
  if (cell === 'f64') return true;
  if (cell === 'f32') return Math.fround(value as number) === value;
  const [min, max] = bounds[cell];
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

const bounds = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  i16: [-0x8000, 0x7fff],
  i32: [-0x8000_0000, 0x7fff_ffff],
} as const;
