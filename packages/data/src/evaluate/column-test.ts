import type { ColumnReader } from '../column/reader.ts';
import { comparatorOf } from '../kind/compare.ts';
import type { Comparison, TextMatch } from '../predicate/predicate.ts';
import type { Kind } from '../type/schema.ts';
import { identityOf } from './identity.ts';
import { valueList } from './value-list.ts';

/** Whether a row passes. */
export type Matcher = (row: number) => boolean;

export type CompareOp = Comparison['op'];

export const never: Matcher = () => false;

/** Lists up to this length are compared on the cells one by one, where the reader can; longer ones are hashed. */
const EQUALS_LENGTH_MAX = 8;

export function absentTest(reader: ColumnReader, wanted: boolean): Matcher {
  if (!reader.schema.optional) return wanted ? never : () => true;
  return wanted ? (row) => reader.isNull(row) : (row) => !reader.isNull(row);
}

/** Whether the row has a value that stands in this relation to `value`. */
export function compareColumn(reader: ColumnReader, op: CompareOp, value: unknown): Matcher {
  if (op === 'eq' || op === 'ne') {
    const same = reader.equalTo?.(value);
    if (same !== undefined) return present(reader, op === 'eq' ? same : (row) => !same(row));
  } else {
    const order = reader.comparedTo?.(value);
    if (order !== undefined) return present(reader, ordered(order, op));
  }
  return isPrimitive(reader.schema.kind, op)
    ? comparePrimitive(reader, op, value as number)
    : compareByKind(reader, op, value);
}

/** Whether the value is in the list (or, not wanted, outside it). An absent entry makes "outside" unknown. */
export function inColumn(reader: ColumnReader, values: readonly unknown[], wanted: boolean): Matcher {
  if (values.length === 0) return wanted ? never : () => true;
  if (values.length > EQUALS_LENGTH_MAX) return inList(reader, values, wanted);
  const known = values.filter((value) => value !== undefined && value !== null);
  if (!wanted && known.length < values.length) return never;
  const among = amongCells(reader, known);
  if (among === undefined) return inList(reader, values, wanted);
  return present(reader, wanted ? among : (row) => !among(row));
}

function inList(reader: ColumnReader, values: readonly unknown[], wanted: boolean): Matcher {
  const { kind } = reader.schema;
  const { identities, hasAbsent } = valueList(kind, values);
  if (!wanted && hasAbsent) return never;
  const identity = identityOf(kind);
  const member = (row: number): boolean => identities.has(identity(reader.get(row)));
  return present(reader, wanted ? member : (row) => !member(row));
}

export function matchText(reader: ColumnReader, { op, value }: TextMatch, wanted: boolean): Matcher {
  return (row) => {
    const text = reader.get(row);
    return text !== undefined && textMatches(op, text as string, value) === wanted;
  };
}

export function textMatches(op: TextMatch['op'], text: string, part: string): boolean {
  if (op === 'startsWith') return text.startsWith(part);
  return op === 'endsWith' ? text.endsWith(part) : text.includes(part);
}

/** Whether the array holds the element. */
export function elementTest(reader: ColumnReader, element: unknown, wanted: boolean): Matcher {
  const kind = reader.schema.kind;
  if (kind.name !== 'array' || element === undefined || element === null) return never;
  const identity = identityOf(kind.element);
  const sought = identity(element);
  return (row) => {
    const values = reader.get(row) as readonly unknown[] | undefined;
    return values !== undefined && values.some((value) => identity(value) === sought) === wanted;
  };
}

function present(reader: ColumnReader, test: Matcher): Matcher {
  return reader.schema.optional ? (row) => !reader.isNull(row) && test(row) : test;
}

function ordered(order: (row: number) => number, op: Exclude<CompareOp, 'eq' | 'ne'>): Matcher {
  if (op === 'lt') return (row) => order(row) < 0;
  if (op === 'le') return (row) => order(row) <= 0;
  if (op === 'gt') return (row) => order(row) > 0;
  return (row) => order(row) >= 0;
}

/** Whether JavaScript's own operators on the values agree with the kind's order (ISO texts sort as their times). */
function isPrimitive(kind: Kind, op: CompareOp): boolean {
  switch (kind.name) {
    case 'decimal':
    case 'bytes':
    case 'json':
    case 'array':
      return false;
    case 'timestamp':
      return kind.as === 'micros';
    case 'string':
    case 'enum':
      return op === 'eq' || op === 'ne';
    default:
      return true;
  }
}

/** Typed as numbers, true of all kinds that `isPrimitive` names. One closure per operator, so that each stays monomorphic. */
function comparePrimitive(reader: ColumnReader, op: CompareOp, value: number): Matcher {
  const read = (row: number): number | undefined => reader.get(row) as number | undefined;
  switch (op) {
    case 'eq':
      return (row) => reader.get(row) === value;
    case 'ne':
      return (row) => {
        const found = reader.get(row);
        return found !== undefined && found !== value;
      };
    // Any order with undefined is false in JavaScript too, as NaN is.
    case 'lt':
      return (row) => read(row)! < value;
    case 'le':
      return (row) => read(row)! <= value;
    case 'gt':
      return (row) => read(row)! > value;
    case 'ge':
      return (row) => read(row)! >= value;
  }
}

function compareByKind(reader: ColumnReader, op: CompareOp, value: unknown): Matcher {
  if (op === 'eq' || op === 'ne') {
    const identity = identityOf(reader.schema.kind);
    const sought = identity(value);
    return (row) => {
      const found = reader.get(row);
      return found !== undefined && (identity(found) === sought) === (op === 'eq');
    };
  }
  const compare = comparatorOf(reader.schema.kind);
  return present(
    reader,
    ordered((row) => compare(reader.get(row), value), op),
  );
}

function amongCells(reader: ColumnReader, values: readonly unknown[]): Matcher | undefined {
  const tests: Matcher[] = [];
  for (const value of values) {
    const same = reader.equalTo?.(value);
    if (same === undefined) return undefined;
    tests.push(same);
  }
  return (row) => {
    for (const same of tests) if (same(row)) return true;
    return false;
  };
}
