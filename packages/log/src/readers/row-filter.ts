import {
  compileMatcher,
  conjunctsOf,
  identityOf,
  KeyCode,
  type ColumnReader,
  type ColumnSchema,
  type FilterStep,
  type Identity,
  type Predicate,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import type { Change } from './change.ts';

/** The column whose value a filter fixes, by which it is found. */
export interface FixedColumn {
  readonly ordinal: number;
  readonly identity: Identity;
  /** Whether nothing else is asked. */
  readonly isAll: boolean;
}

/** Which rows one subscriber wants, looked at by their values. */
export class RowFilter {
  readonly fixed: FixedColumn | undefined;
  readonly #matches: ((values: RowValues) => boolean) | undefined;

  constructor(schema: TypeSchema, where: Predicate | undefined) {
    this.fixed = fixedColumn(schema, where);
    this.#matches = where === undefined ? undefined : valuesMatcher(schema, where);
  }

  /** How a change concerns the filter; `undefined` where it does not. */
  step({ before, after }: Change): FilterStep | undefined {
    const matches = this.#matches;
    const isIn = after !== undefined && (matches === undefined || matches(after));
    const wasIn = before !== undefined && (matches === undefined || matches(before));
    return stepOf(wasIn, isIn);
  }
}

export function stepOf(wasIn: boolean, isIn: boolean): FilterStep | undefined {
  if (isIn) return wasIn ? 'stays' : 'enters';
  return wasIn ? 'leaves' : undefined;
}

/** The identity before all others, then the routing column, then any: the more a value tells rows apart, the fewer find it. */
function fixedColumn(schema: TypeSchema, where: Predicate | undefined): FixedColumn | undefined {
  const { equal } = conjunctsOf(schema, where);
  const identity = new KeyCode(schema).columns.map(({ ordinal }) => ordinal);
  const ordinal = [...identity, schema.routing, ...equal.keys()].find((candidate) => equal.has(candidate));
  if (ordinal === undefined || equal.get(ordinal) === undefined || equal.get(ordinal) === null) return undefined;
  const isAll = where?.op === 'eq';
  return { ordinal, identity: identityOf(schema.columns[ordinal].kind)(equal.get(ordinal)), isAll };
}

function valuesMatcher(schema: TypeSchema, where: Predicate): (values: RowValues) => boolean {
  const held: HeldRow = { values: [] };
  const matches = compileMatcher(
    schema,
    where,
    schema.columns.map((column) => new ValueReader(column, held)),
  );
  return (values) => {
    held.values = values;
    return matches(0);
  };
}

interface HeldRow {
  values: RowValues;
}

/** The one row that is looked at. */
class ValueReader implements ColumnReader {
  readonly schema: ColumnSchema;
  readonly #held: HeldRow;

  constructor(schema: ColumnSchema, held: HeldRow) {
    this.schema = schema;
    this.#held = held;
  }

  get(): unknown {
    return this.#held.values[this.schema.ordinal];
  }

  isNull(): boolean {
    return this.get() === undefined;
  }
}
