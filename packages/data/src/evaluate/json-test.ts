import type { ColumnReader } from '../column/reader.ts';
import { compareJsonScalars } from '../kind/compare-json.ts';
import type { JsonPath, TextMatch } from '../predicate/predicate.ts';
import { canonicalJson } from './identity.ts';
import { valueList } from './value-list.ts';
import { type CompareOp, type Matcher, never, textMatches } from './column-test.ts';

/*
 * Tests of a value inside a json column. A path that leads nowhere, and json's null, are absent.
 * Equality is of any two json values; the order of two scalars is known only where they have one type
 * (numbers, strings by code point, booleans), and text is matched only in strings: all else is unknown.
 */

export function isNullJson(reader: ColumnReader, path: JsonPath, wanted: boolean): Matcher {
  return (row) => (jsonAt(reader.get(row), path) === undefined) === wanted;
}

export function compareJson(reader: ColumnReader, path: JsonPath, op: CompareOp, value: unknown): Matcher {
  if (op === 'eq' || op === 'ne') return equalJson(reader, path, value, op === 'eq');
  const accept = accepts[op];
  return (row) => {
    const order = compareJsonScalars(jsonAt(reader.get(row), path), value);
    return order !== undefined && accept(order);
  };
}

export function jsonIn(reader: ColumnReader, path: JsonPath, values: readonly unknown[], wanted: boolean): Matcher {
  if (values.length === 0) return wanted ? never : () => true;
  const { identities, hasAbsent } = valueList(reader.schema.kind, values);
  if (!wanted && hasAbsent) return never;
  return (row) => {
    const found = jsonAt(reader.get(row), path);
    return found !== undefined && identities.has(canonicalJson(found)) === wanted;
  };
}

export function matchJsonText(
  reader: ColumnReader,
  path: JsonPath,
  { op, value }: TextMatch,
  wanted: boolean,
): Matcher {
  return (row) => {
    const text = jsonAt(reader.get(row), path);
    return typeof text === 'string' && textMatches(op, text, value) === wanted;
  };
}

/** The value at the path; `undefined` where there is none or it is null. Only own properties count. */
function jsonAt(value: unknown, path: JsonPath): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    if (Array.isArray(at) && typeof step !== 'number') return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at ?? undefined;
}

function equalJson(reader: ColumnReader, path: JsonPath, value: unknown, wanted: boolean): Matcher {
  const same = typeof value === 'object' ? sameStructure(value) : (found: unknown) => found === value;
  return (row) => {
    const found = jsonAt(reader.get(row), path);
    return found !== undefined && same(found) === wanted;
  };
}

function sameStructure(value: unknown): (found: unknown) => boolean {
  const text = canonicalJson(value);
  return (found) => canonicalJson(found) === text;
}

const accepts = {
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
} as const;
