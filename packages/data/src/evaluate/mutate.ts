import { WeftError } from '@weft/base';
import { checkerOf, type Checker } from '../kind/check.ts';
import { equalValues } from '../kind/compare.ts';
import { ARRAY_LENGTH_MAX } from '../kind/limits.ts';
import type { Mutation } from '../plan/plan.ts';
import type { ColumnSchema, Kind, TypeSchema } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { changeJson } from './mutate-json.ts';

/** The mutations of a change, made ready for many rows. */
export interface CompiledChange {
  /** Ordinals of the columns that change, each once. */
  readonly ordinals: readonly number[];
  /** New values of those columns for a row, from its present ones. Throws NUMERIC_OVERFLOW, VALUE_…, PREDICATE_INVALID. */
  apply(present: (ordinal: number) => unknown): unknown[];
}

/** The mutations have been checked for names and kinds when they were built. */
export function compileChange(schema: TypeSchema, mutations: readonly Mutation[]): CompiledChange {
  const steps = mutations.map((mutation) => compileMutation(schema, mutation));
  const ordinals = [...new Set(steps.map((step) => step.column.ordinal))];
  return {
    ordinals,
    apply(present) {
      const values = ordinals.map(present);
      for (const { column, change } of steps) {
        const at = ordinals.indexOf(column.ordinal);
        values[at] = change(values[at]);
      }
      return values;
    },
  };
}

interface Step {
  readonly column: ColumnSchema;
  readonly change: (value: unknown) => unknown;
}

function compileMutation(schema: TypeSchema, mutation: Mutation): Step {
  const column = schema.columns.find(({ name }) => name === mutation.column);
  if (column === undefined)
    throw new WeftError('COLUMN_UNKNOWN', `${schema.name} has no column ${JSON.stringify(mutation.column)}.`);
  const check = checkerOf(column, schema.name);
  const place = `${schema.name}.${column.name}`;
  if ('path' in mutation && mutation.path !== undefined && mutation.path.length > 0) {
    return { column, change: (value) => checkedOrAbsent(check, changeJson(place, value, mutation)) };
  }
  return { column, change: changeWhole(column, mutation, check, place) };
}

function checkedOrAbsent(check: Checker, value: unknown): unknown {
  return value === undefined ? undefined : check(value);
}

function changeWhole(column: ColumnSchema, mutation: Mutation, check: Checker, place: string): Step['change'] {
  switch (mutation.op) {
    case 'set': {
      const value = mutation.value === null || mutation.value === undefined ? undefined : check(mutation.value);
      if (value === undefined) refuseUnset(column, place);
      // Steps after this one change a document in place, and each row has its own.
      return column.kind.name === 'json' ? () => structuredClone(value) : () => value;
    }
    case 'unset':
      refuseUnset(column, place);
      return () => undefined;
    case 'inc':
      return (value) => check(increment(column.kind, value, mutation.value, place));
    case 'push':
      return (value) => check(pushed(value, mutation.values, place));
    case 'pull': {
      const { kind } = column;
      if (kind.name !== 'array')
        throw new WeftError('PREDICATE_INVALID', `${place}: pull works on arrays; this is ${kind.name}.`);
      const { element } = kind;
      return (value) =>
        (value as readonly unknown[] | undefined)?.filter((held) => !equalValues(element, held, mutation.value));
    }
  }
}

function refuseUnset(column: ColumnSchema, place: string): void {
  if (!column.optional) throw new WeftError('VALUE_MISSING', `${place}: a required column cannot be unset.`);
}

function pushed(value: unknown, added: readonly unknown[], place: string): unknown[] {
  const held = (value as readonly unknown[] | undefined) ?? [];
  if (held.length + added.length <= ARRAY_LENGTH_MAX) return [...held, ...added];
  throw new WeftError(
    'VALUE_TOO_LARGE',
    `${place}: an array has ARRAY_LENGTH_MAX, ${ARRAY_LENGTH_MAX}, elements at most.`,
  );
}

function increment(kind: Kind, value: unknown, by: unknown, place: string): unknown {
  switch (kind.name) {
    case 'int16':
      return inRange(((value as number | undefined) ?? 0) + (by as number), 2 ** 15, place, kind);
    case 'int32':
      return inRange(((value as number | undefined) ?? 0) + (by as number), 2 ** 31, place, kind);
    case 'int64': {
      const sum = ((value as bigint | undefined) ?? 0n) + (by as bigint);
      if (BigInt.asIntN(64, sum) !== sum) throw overflow(place, kind);
      return sum;
    }
    case 'float32':
    case 'float64': {
      const sum = ((value as number | undefined) ?? 0) + (by as number);
      if (!Number.isFinite(kind.name === 'float32' ? Math.fround(sum) : sum)) throw overflow(place, kind);
      return sum;
    }
    case 'decimal': {
      const sum = ((value as Decimal | undefined) ?? new Decimal(0n, kind.scale)).add(by as Decimal);
      const limit = 10n ** BigInt(kind.precision);
      if (sum.unscaled >= limit || sum.unscaled <= -limit) throw overflow(place, kind);
      return sum;
    }
    default:
      throw new WeftError('PREDICATE_INVALID', `${place}: inc works on numbers; this is ${kind.name}.`);
  }
}

function inRange(sum: number, limit: number, place: string, kind: Kind): number {
  if (sum < -limit || sum >= limit) throw overflow(place, kind);
  return sum;
}

function overflow(place: string, kind: Kind): WeftError {
  return new WeftError(
    'NUMERIC_OVERFLOW',
    `${place}: the increment leaves the range of ${kind.name}; the row is unchanged.`,
  );
}
