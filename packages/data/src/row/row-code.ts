import type { Column } from '../column/column.ts';
import type { ColumnReader } from '../column/reader.ts';
import { checkerOf, type Checker } from '../kind/check.ts';
import type { ColumnSchema, KindName, TypeSchema } from '../type/schema.ts';
import { Decimal } from '../value/decimal.ts';
import { missingValue, unknownColumns, unreadableInput } from './row-errors.ts';

/** Normalised values by ordinal, `undefined` where the row has none: what travels between the parts of Weft. */
export type RowValues = unknown[];

/**
 * The code that moves rows of one type between objects and columns, compiled per type.
 *
 * The functions are generated as text, since only straight-line code with one call site per column lets the engine inline
 * each column's own reader and keep one hidden class for all rows of the type: nearly four times the speed of a loop. Nothing but
 * declared column names, quoted, enters the text.
 */
export interface RowCode {
  /**
   * Checks an input row and writes its normalised values, defaults included, to `values`. System columns and generated ids
   * that were not given stay `undefined`. Throws VALUE_MISSING, VALUE_INVALID, VALUE_OUT_OF_RANGE, VALUE_TOO_LARGE, COLUMN_UNKNOWN.
   */
  stage(input: object, values: RowValues): void;
  /** `Column.touch` of the declared columns, and of that which says whether the row is there at all. */
  touch(columns: readonly Column[], row: number): number;
  /** Writes all columns of a row that holds nothing yet. */
  store(columns: readonly Column[], row: number, values: RowValues): void;
  /** Overwrites all columns of a row but key, routing and slot, which are equal. */
  restore(columns: readonly Column[], row: number, values: RowValues): void;
  /** The row as an object of the declared columns. */
  readonly load: Projection;
  /** The same where the caller has the key: of a one-column key of an immutable kind, it is not read again. */
  loadKeyed(columns: readonly ColumnReader[], row: number, key: unknown): object;
  /** All columns of a row by ordinal. */
  values(columns: readonly ColumnReader[], row: number): RowValues;
  /** The object of normalised values. */
  show(values: RowValues): object;
}

/** Reads some columns of a row into an object. */
export type Projection = (columns: readonly ColumnReader[], row: number) => object;

const compiled = new WeakMap<TypeSchema, RowCode>();

/** The code of a type, compiled when it is first asked for and shared by all its tables. */
export function rowCodeOf(schema: TypeSchema): RowCode {
  const known = compiled.get(schema) ?? compileRowCode(schema);
  compiled.set(schema, known);
  return known;
}

function compileRowCode(schema: TypeSchema): RowCode {
  const { columns } = schema;
  const visible = columns.filter(isVisible);
  const touched = columns.filter((column) => isVisible(column) || column.role === 'expiry');
  const all = columns.map((column) => column.ordinal);
  const isFixed = ({ ordinal, role }: ColumnSchema): boolean =>
    ordinal === schema.routing || schema.key.includes(ordinal) || role === 'slot';
  const changing = columns.filter((column) => !isFixed(column)).map((column) => column.ordinal);
  return {
    stage: compileStage(schema),
    touch: compile(
      'columns, row',
      `return ${touched.map(({ ordinal }) => `columns[${ordinal}].touch(row)`).join(' + ')};`,
    ),
    store: compile('columns, row, values', all.map((i) => `columns[${i}].set(row, values[${i}]);`).join('\n')),
    restore: compile(
      'columns, row, values',
      changing.map((i) => `columns[${i}].replace(row, values[${i}]);`).join('\n'),
    ),
    load: compileProjection(visible),
    loadKeyed: compileKeyedLoad(schema, visible),
    values: compile('columns, row', `return [${all.map((i) => `columns[${i}].get(row)`).join(', ')}];`),
    show: compile<(...none: never[]) => RowCode['show']>(
      'none',
      `function Row(values) { ${visible.map(({ name, ordinal }) => `this[${JSON.stringify(name)}] = values[${ordinal}];`).join(' ')} }
      Row.prototype = Object.prototype;
      return (values) => new Row(values);`,
    )(),
  };
}

export function compileProjection(columns: readonly ColumnSchema[]): Projection {
  const properties = columns.map(({ name, ordinal }) => `${JSON.stringify(name)}: columns[${ordinal}].get(row)`);
  return compile('columns, row', `return { ${properties.join(', ')} };`);
}

/** Kinds whose normal form is an immutable value, so that a caller's key may go into the row it gets. */
const immutableKeys: ReadonlySet<KindName> = new Set<KindName>([
  'bool',
  'int16',
  'int32',
  'int64',
  'date',
  'localTimestamp',
  'string',
  'enum',
  'uuid',
]);

function compileKeyedLoad(schema: TypeSchema, visible: readonly ColumnSchema[]): RowCode['loadKeyed'] {
  const [first, ...others] = schema.key;
  const isGiven = (column: ColumnSchema): boolean =>
    others.length === 0 && column.ordinal === first && immutableKeys.has(column.kind.name);
  // A compound identity comes as an array, also where it is a one-column key with its routing value.
  const isWhole = schema.key.includes(schema.routing) || schema.columns[first].role === 'generatedId';
  const properties = visible.map(
    (column) =>
      `${JSON.stringify(column.name)}: ${isWhole && isGiven(column) ? 'key' : `columns[${column.ordinal}].get(row)`}`,
  );
  return compile('columns, row, key', `return { ${properties.join(', ')} };`);
}

/** Whether users see the column: everything declared. */
export function isVisible({ role }: ColumnSchema): boolean {
  return role === 'data' || role === 'generatedId' || role === 'version';
}

function compileStage(schema: TypeSchema): RowCode['stage'] {
  const checks: Checker[] = [];
  const defaults: (() => unknown)[] = [];
  const lines = schema.columns.map((column) => {
    const { name, ordinal, role } = column;
    checks[ordinal] = checkerOf(column, schema.name);
    defaults[ordinal] = absentValue(schema, column);
    if (!isVisible(column)) return `values[${ordinal}] = undefined;`;
    const read = readOf(name);
    // A row that was read may be written back whole: its version is passed over, since Weft keeps it.
    if (role === 'version') return `${read} if (value !== undefined) present++; values[${ordinal}] = undefined;`;
    return `${read} if (value !== undefined) { present++; values[${ordinal}] = check${ordinal}(value); } else values[${ordinal}] = default${ordinal}();`;
  });
  const names = new Set(schema.columns.filter(isVisible).map((column) => column.name));
  const captured = schema.columns.flatMap(({ ordinal }) => [
    `check${ordinal} = checks[${ordinal}]`,
    `default${ordinal} = defaults[${ordinal}]`,
  ]);
  // The counts of names and values differ where a name is unknown, but for the getters of a class, which are no names.
  const body = `
    const ${captured.join(', ')}, plain = Object.prototype;
    return function stage(input, values) {
      let value, present = 0, seen = 0;
      ${lines.join('\n      ')}
      for (const name in input) seen++;
      if (seen !== present || Object.getPrototypeOf(input) !== plain) checkNames(input);
    };`;
  const checkNames = (input: object): void => unknownColumns(schema, input, names);
  const stage = compile<(...captured: unknown[]) => RowCode['stage']>('checks, defaults, checkNames', body)(
    checks,
    defaults,
    checkNames,
  );
  return (input, values) => {
    try {
      stage(input, values);
    } catch (error) {
      throw unreadableInput(schema, input, names, error);
    }
  };
}

/** Reads a property of the input; what every object inherits under that name is no value. */
function readOf(name: string): string {
  const property = JSON.stringify(name);
  const read = `value = input[${property}];`;
  return name in Object.prototype ? `${read} if (value === plain[${property}]) value = undefined;` : read;
}

/** What a column gets whose input is absent. */
function absentValue(schema: TypeSchema, column: ColumnSchema): () => unknown {
  if (column.default !== undefined) return defaultOf(column);
  if (column.optional || column.role !== 'data') return () => undefined;
  return () => missingValue(schema, column);
}

function defaultOf(column: ColumnSchema): () => unknown {
  const value = column.default;
  // Mutable values are handed out as copies: the caller gets the stored row and may change it.
  if (typeof value === 'object' && !(value instanceof Decimal)) return () => structuredClone(value);
  return () => value;
}

function compile<F>(parameters: string, body: string): F {
  // oxlint-disable-next-line no-implied-eval, no-new-func -- see RowCode: generated from declared names only
  return new Function(...parameters.split(', '), `'use strict';\n${body}`) as F;
}
