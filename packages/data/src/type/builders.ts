import { WeftError } from '@weft/base';

import type { JsonValue } from '../kind/check-json.ts';
import type { Decimal } from '../value/decimal.ts';
import { columnOf, keptColumnOf, type ColumnDef, type ColumnType, type KeptColumn } from './column.ts';
import type { Kind, ScalarKind } from './schema.ts';

type DecimalKind = Extract<ScalarKind, { name: 'decimal' }>;
type EnumKind = Extract<ScalarKind, { name: 'enum' }>;
type TimestampKind = Extract<ScalarKind, { name: 'timestamp' }>;
type ArrayKind = Extract<Kind, { name: 'array' }>;
type ElementColumn<V> = ColumnType<V, ScalarKind['name'], 'required'>;

/** The builders of columns, one for each kind of value. */
export const t = {
  /** true or false. */
  bool: (): ColumnDef<boolean, 'bool', 'required'> => columnOf({ name: 'bool' }),
  /** A whole `number`, −32,768 to 32,767. */
  int16: (): ColumnDef<number, 'int16', 'required'> => columnOf({ name: 'int16' }),
  /** A whole `number`, −2,147,483,648 to 2,147,483,647. */
  int32: (): ColumnDef<number, 'int32', 'required'> => columnOf({ name: 'int32' }),
  /** A whole `bigint` of 64 bits. */
  int64: (): ColumnDef<bigint, 'int64', 'required'> => columnOf({ name: 'int64' }),
  /** A `number`, rounded to the nearest of 32 bits. No NaN, no infinities. */
  float32: (): ColumnDef<number, 'float32', 'required'> => columnOf({ name: 'float32' }),
  /** A `number` of 64 bits. No NaN, no infinities. */
  float64: (): ColumnDef<number, 'float64', 'required'> => columnOf({ name: 'float64' }),
  /**
   * An exact number of `precision` digits (1–18), `scale` of them (0–precision) behind the point; a `Decimal`.
   * @example price: t.decimal(18, 4)
   */
  decimal: (precision: number, scale: number): ColumnDef<Decimal, 'decimal', 'required'> =>
    columnOf<Decimal, DecimalKind>({ name: 'decimal', precision, scale }),
  /** A day of the calendar as `'YYYY-MM-DD'`, years 0001 to 9999. */
  date: (): ColumnDef<string, 'date', 'required'> => columnOf({ name: 'date' }),
  timestamp,
  /** Date and time of day without a zone, `'YYYY-MM-DDTHH:MM:SS[.ffffff]'`. */
  localTimestamp: (): ColumnDef<string, 'localTimestamp', 'required'> => columnOf({ name: 'localTimestamp' }),
  /** Text of well-formed Unicode; compared by code point. */
  string: (): ColumnDef<string, 'string', 'required'> => columnOf({ name: 'string' }),
  /**
   * One of the members, 1 to 65,535 of them; compared by their order here.
   * @example status: t.enum(['new', 'filled', 'cancelled'])
   */
  enum: <const M extends readonly string[]>(members: M): ColumnDef<M[number], 'enum', 'required'> =>
    columnOf<M[number], EnumKind>({ name: 'enum', members: listed(members, 't.enum(members)') }),
  /** A `Uint8Array`. */
  bytes: (): ColumnDef<Uint8Array, 'bytes', 'required'> => columnOf({ name: 'bytes' }),
  /** A UUID as lower-case text. */
  uuid: (): ColumnDef<string, 'uuid', 'required'> => columnOf({ name: 'uuid' }),
  json,
  /**
   * A list of values of one kind; elements are never absent.
   * @example tags: t.array(t.string())
   */
  array: <V>(element: ElementColumn<V>): ColumnDef<readonly V[], 'array', 'required'> =>
    columnOf<readonly V[], ArrayKind>({ name: 'array', element: elementKind(element) }),
  /** A string that Weft makes where an insert gives none; the key, unless the type declares another. */
  id: (): KeptColumn<string, 'string', 'id'> => keptColumnOf({ name: 'string' }, 'generatedId'),
  /** A number that Weft keeps: 1 at insert, one more at every change of the row. For `update(…, { ifVersion })`. */
  version: (): KeptColumn<number, 'int32', 'version'> => keptColumnOf({ name: 'int32' }, 'version'),
} as const;

/** An instant: a `Date` (milliseconds), or with `{ as: 'micros' }` bigint microseconds since 1970-01-01 UTC. */
function timestamp(options?: { readonly as?: 'date' }): ColumnDef<Date, 'timestamp', 'required'>;
function timestamp(options: { readonly as: 'micros' }): ColumnDef<bigint, 'timestamp', 'required'>;
function timestamp(options: { readonly as?: 'date' | 'micros' } = {}): ColumnDef<any, 'timestamp', 'required'> {
  const as = options.as ?? 'date';
  if (as !== 'date' && as !== 'micros') {
    throw new WeftError('TYPE_INVALID', `t.timestamp({ as }): ${JSON.stringify(as)} is neither 'date' nor 'micros'.`);
  }
  return columnOf<unknown, TimestampKind>({ name: 'timestamp', as });
}

/**
 * A JSON document. The type parameter is a promise of yours about its shape; Weft checks that it is JSON.
 * In a patch or template `null` means that the column is absent, never a json `null`.
 * @example doc: t.json<{ a: { b: number } }>()
 */
function json(): ColumnDef<JsonValue, 'json', 'required'>;
function json<V>(): ColumnDef<V, 'json', 'required'>;
function json(): ColumnDef<any, 'json', 'required'> {
  return columnOf({ name: 'json' });
}

function elementKind(element: ElementColumn<unknown>): ScalarKind {
  const spec = element?.['~spec'];
  if (spec === undefined) refuseElement('is not a column; write t.array(t.string())');
  if (spec.kind.name === 'json' || spec.kind.name === 'array') refuseElement(`cannot be ${spec.kind.name}`);
  if (spec.role !== 'data') refuseElement('cannot be a column that Weft fills');
  if (spec.optional) refuseElement('cannot be optional: elements are never absent');
  if (spec.default !== undefined) refuseElement('cannot have a default');
  if (spec.indexes.length > 0) refuseElement('cannot have an index');
  return spec.kind;
}

function refuseElement(why: string): never {
  throw new WeftError('TYPE_INVALID', `t.array(element): the element ${why}.`);
}

function listed(members: readonly string[], where: string): readonly string[] {
  if (!Array.isArray(members))
    throw new WeftError('TYPE_INVALID', `${where}: the members must be an array of strings.`);
  return [...members];
}
