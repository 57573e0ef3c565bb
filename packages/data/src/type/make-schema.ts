import { assert, durationMs } from '@weft/base';

import { checkValue } from '../kind/check.ts';
import { checkColumnSpec, COLUMNS_MAX } from './check-column.ts';
import { ColumnBuilder, type Columns, type ColumnSpec } from './column.ts';
import type { DeclaredOptions } from './type-options.ts';
import { fingerprintOf } from './fingerprint.ts';
import { freezeDeep } from './freeze.ts';
import { makeEvict } from './make-evict.ts';
import { makeIndexes, type OwnIndex } from './make-indexes.ts';
import { makeKey } from './make-key.ts';
import { isIdentifier, isSqlIdentifier, NAME_LENGTH_MAX, snakeCase } from './names.ts';
import { shown, typeInvalid } from './refusal.ts';
import type { ColumnSchema, TypeSchema } from './schema.ts';

/** Checks a declaration and makes its schema. Throws TYPE_INVALID. */
export function makeSchema(name: string, columns: Columns, options: DeclaredOptions): TypeSchema {
  checkTypeName(name);
  checkOptions(name, options);
  const declared = declaredColumns(name, columns);
  const { key, routing } = makeKey(name, declared, options);
  const ttlMs = ttlOf(name, options);
  const all = [
    ...declared,
    ...systemColumns(declared.length, { hiddenKey: key === 'hidden', ttl: options.ttl !== undefined }),
  ];
  const keyOrdinals = key === 'hidden' ? [declared.length] : key;
  const indexes = makeIndexes(name, declared, routing ?? keyOrdinals[0]!, {
    own: ownIndexes(columns),
    options: options.indexes ?? [],
  });
  const evict = makeEvict(name, declared, indexes, options.evict);
  const unsigned = {
    name,
    sqlName: sqlNameOf(name, options.sqlName, name),
    columns: all,
    key: keyOrdinals,
    routing: routing ?? keyOrdinals[0]!,
    indexes,
    ...(ttlMs === undefined ? {} : { ttlMs }),
    ...(evict === undefined ? {} : { evict }),
    ...(logsBefore(name, options.log) ? { log: { before: true as const } } : {}),
  };
  for (const [ordinal, column] of all.entries()) assert(column.ordinal === ordinal, 'columns are numbered in order');
  return freezeDeep({ ...unsigned, fingerprint: fingerprintOf(unsigned) });
}

function checkTypeName(name: unknown): void {
  if (isIdentifier(name)) return;
  throw typeInvalid(
    shown(name),
    `a type's name is a letter followed by letters, digits and underscores, ${NAME_LENGTH_MAX} characters at most`,
  );
}

const optionNames = ['key', 'routing', 'ttl', 'evict', 'log', 'indexes', 'sqlName'];

function checkOptions(typeName: string, options: unknown): void {
  if (typeof options !== 'object' || options === null) throw typeInvalid(typeName, 'the options must be an object');
  for (const option of Object.keys(options)) {
    if (optionNames.includes(option)) continue;
    throw typeInvalid(typeName, `${shown(option)} is not an option of defineType; there are ${optionNames.join(', ')}`);
  }
}

function logsBefore(typeName: string, log: unknown): boolean {
  if (log === undefined) return false;
  const names = typeof log === 'object' && log !== null ? Object.keys(log) : ['log'];
  const { before } = log as { readonly before?: unknown };
  if (names.every((name) => name === 'before') && (before === undefined || typeof before === 'boolean'))
    return before === true;
  throw typeInvalid(typeName, 'log is an object such as { before: true }');
}

function declaredColumns(typeName: string, columns: Columns): ColumnSchema[] {
  if (typeof columns !== 'object' || columns === null) throw typeInvalid(typeName, 'the columns must be an object');
  const entries = Object.entries(columns);
  if (entries.length === 0) throw typeInvalid(typeName, 'a type needs at least one column');
  if (entries.length > COLUMNS_MAX) {
    throw typeInvalid(typeName, `${entries.length} columns are more than COLUMNS_MAX, ${COLUMNS_MAX}`);
  }
  const made = entries.map(([name, column], ordinal) => declaredColumn(typeName, name, column, ordinal));
  refuseTwice(typeName, made, 'version', 't.version()');
  refuseTwice(typeName, made, 'generatedId', 't.id()');
  refuseSharedSqlNames(typeName, made);
  refuseRenames(typeName, made);
  return made;
}

function declaredColumn(typeName: string, name: string, column: unknown, ordinal: number): ColumnSchema {
  const where = `${typeName}.${name}`;
  if (!isIdentifier(name)) {
    throw typeInvalid(
      where,
      `a column's name is a letter followed by letters, digits and underscores, ${NAME_LENGTH_MAX} characters at most`,
    );
  }
  if (!(column instanceof ColumnBuilder)) throw typeInvalid(where, 'is not a column; write for example t.string()');
  const spec = column['~spec'];
  checkColumnSpec(where, spec);
  const schema: ColumnSchema = {
    name,
    sqlName: sqlNameOf(where, spec.sqlName, name),
    ordinal,
    role: spec.role,
    kind: spec.kind,
    optional: spec.optional,
    ...(spec.renamedFrom === undefined ? {} : { renamedFrom: spec.renamedFrom }),
  };
  return spec.default === undefined ? schema : { ...schema, default: defaultOf(typeName, schema, spec.default.value) };
}

function defaultOf(typeName: string, column: ColumnSchema, value: unknown): unknown {
  const where = `${typeName}.${column.name}`;
  if (value === undefined || value === null) {
    throw typeInvalid(where, `a default must be a value; write .optional() for rows without one`);
  }
  try {
    return checkValue(column, value, typeName);
  } catch (cause) {
    throw typeInvalid(where, `the default is not a value of the column (${(cause as Error).message})`, cause);
  }
}

function sqlNameOf(where: string, given: ColumnSpec['sqlName'], name: string): string {
  const sqlName = given ?? snakeCase(name);
  if (isSqlIdentifier(sqlName)) return sqlName;
  throw typeInvalid(
    where,
    `the SQL name ${shown(sqlName)} must be a lower-case letter followed by lower-case letters, digits and ` +
      `underscores, ${NAME_LENGTH_MAX} characters at most; set it with sqlName`,
  );
}

function ownIndexes(columns: Columns): OwnIndex[] {
  return Object.values(columns).flatMap(({ '~spec': spec }, column) => spec.indexes.map((kind) => ({ column, kind })));
}

function refuseTwice(typeName: string, columns: readonly ColumnSchema[], role: string, builder: string): void {
  const found = columns.filter((column) => column.role === role);
  if (found.length < 2) return;
  throw typeInvalid(typeName, `${found[0]!.name} and ${found[1]!.name} are both ${builder}; a type has at most one`);
}

function refuseSharedSqlNames(typeName: string, columns: readonly ColumnSchema[]): void {
  const seen = new Map<string, string>();
  for (const { name, sqlName } of columns) {
    const other = seen.get(sqlName);
    if (other !== undefined) {
      throw typeInvalid(typeName, `${other} and ${name} have the same SQL name ${sqlName}; set one with .sqlName()`);
    }
    seen.set(sqlName, name);
  }
}

/** A rename says where one column comes from: a name, of one column, that this declaration does not use itself. */
function refuseRenames(typeName: string, columns: readonly ColumnSchema[]): void {
  const seen = new Map<string, string>();
  for (const { name, renamedFrom } of columns) {
    if (renamedFrom === undefined) continue;
    const where = `${typeName}.${name}`;
    if (!isIdentifier(renamedFrom)) throw typeInvalid(where, `.from(${shown(renamedFrom)}) is not a column's name`);
    if (columns.some((column) => column.name === renamedFrom))
      throw typeInvalid(where, `.from('${renamedFrom}') names a column of this declaration, which goes on itself`);
    const other = seen.get(renamedFrom);
    if (other !== undefined) throw typeInvalid(where, `.from('${renamedFrom}') is said of ${other} too`);
    seen.set(renamedFrom, name);
  }
}

function ttlOf(typeName: string, options: DeclaredOptions): number | undefined {
  if (options.ttl === undefined || options.ttl === 'perWrite') return undefined;
  const ms = durationMs(options.ttl);
  if (ms !== undefined && ms > 0) return ms;
  throw typeInvalid(
    typeName,
    `the ttl ${shown(options.ttl)} is not a duration above zero; write '30s', '10m', '1d', or 'perWrite'`,
  );
}

function systemColumns(first: number, has: { hiddenKey: boolean; ttl: boolean }): ColumnSchema[] {
  const columns: Omit<ColumnSchema, 'ordinal' | 'sqlName'>[] = [];
  if (has.hiddenKey) columns.push({ name: '_key', role: 'hiddenKey', kind: { name: 'int64' }, optional: false });
  columns.push({ name: '_slot', role: 'slot', kind: { name: 'int16' }, optional: false });
  columns.push({ name: '_lsn', role: 'lsn', kind: { name: 'int64' }, optional: false });
  if (has.ttl)
    columns.push({ name: '_expiry', role: 'expiry', kind: { name: 'timestamp', as: 'date' }, optional: true });
  return columns.map((column, index) => ({ ...column, sqlName: column.name, ordinal: first + index }));
}
