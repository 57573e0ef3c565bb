import { WeftError } from '@weft/base';
import { ColumnBuilder, type Columns, type ColumnSpec } from './column.ts';
import { makeSchema } from './make-schema.ts';
import { shown, typeInvalid } from './refusal.ts';
import { defaultOf } from './schema-json.ts';
import type { ColumnSchema, IndexSchema, Kind, KindName, ScalarKind, TypeSchema } from './schema.ts';
import type { DeclaredOptions } from './type-options.ts';

/** Characters of a declaration that comes as JSON from somebody else. */
export const SCHEMA_TEXT_MAX = 4 * 1024 * 1024;

/**
 * The schema that `schemaJson` made somewhere else, as text: nothing of it is believed. It is declared anew, through all the checks of `defineType`, and must
 * come to the same fingerprint. Throws TYPE_INVALID.
 */
export function foreignSchema(text: string): TypeSchema {
  if (text.length > SCHEMA_TEXT_MAX)
    throw typeInvalid('a declaration', `${text.length} characters are more than SCHEMA_TEXT_MAX, ${SCHEMA_TEXT_MAX}`);
  try {
    return declaredAnew(JSON.parse(text) as TypeSchema);
  } catch (error) {
    if (WeftError.is(error)) throw error;
    throw typeInvalid('a declaration', 'it is not one that schemaJson made', error);
  }
}

function declaredAnew(given: TypeSchema): TypeSchema {
  const { name, columns, fingerprint } = given;
  const declared = columns.filter(({ role }) => role === 'data' || role === 'generatedId' || role === 'version');
  const builders = Object.fromEntries(
    declared.map((column) => [nameOf(column), new ColumnBuilder(specOf(name, column))]),
  );
  const made = makeSchema(name, builders as unknown as Columns, optionsOf(given));
  if (made.fingerprint === fingerprint && typeof fingerprint === 'string') return made;
  throw typeInvalid(name, `its fingerprint is ${made.fingerprint}, not ${shown(fingerprint)}`);
}

function nameOf({ name }: ColumnSchema): string {
  if (typeof name === 'string') return name;
  throw typeInvalid('a declaration', `a column has the name ${shown(name)}`);
}

function specOf(typeName: string, column: ColumnSchema): ColumnSpec {
  const { role, optional, sqlName, renamedFrom } = column;
  const kind = kindOf(`${typeName}.${column.name}`, column.kind, true);
  const isKept = role !== 'data';
  const keptKind: KindName = role === 'version' ? 'int32' : 'string';
  if (isKept && (optional || column.default !== undefined || kind.name !== keptKind))
    throw typeInvalid(`${typeName}.${column.name}`, 'is kept by Weft, and not as it says');
  return {
    kind,
    role,
    optional: optional === true,
    indexes: [],
    sqlName,
    ...(column.default === undefined ? {} : { default: { value: defaultOf(kind, column.default as object) } }),
    ...(renamedFrom === undefined ? {} : { renamedFrom }),
  };
}

const plainKinds: readonly KindName[] = [
  'bool',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'date',
  'localTimestamp',
  'string',
  'bytes',
  'uuid',
];

/** The kind with what belongs to it, and nothing else. */
function kindOf(where: string, kind: Kind, isWhole: boolean): Kind {
  const { name } = kind;
  if (plainKinds.includes(name)) return { name } as Kind;
  if (name === 'decimal') return { name, precision: kind.precision, scale: kind.scale };
  if (name === 'timestamp' && (kind.as === 'date' || kind.as === 'micros')) return { name, as: kind.as };
  if (name === 'enum') return { name, members: Array.from(kind.members) };
  if (name === 'json' && isWhole) return { name };
  if (name === 'array' && isWhole) return { name, element: kindOf(where, kind.element, false) as ScalarKind };
  throw typeInvalid(where, `has a kind that there is not: ${shown(name)}`);
}

function optionsOf({ columns, key, routing, indexes, ttlMs, evict, log, sqlName }: TypeSchema): DeclaredOptions {
  const named = (ordinal: number): string => nameOf(columns[ordinal]!);
  const isHidden = (ordinal: number): boolean => columns[ordinal]!.role === 'hiddenKey';
  const expires = columns.some(({ role }) => role === 'expiry');
  return {
    sqlName,
    ...(isHidden(key[0]!) ? {} : { key: key.map(named) }),
    ...(isHidden(routing) ? {} : { routing: named(routing) }),
    ...(expires ? { ttl: ttlMs ?? 'perWrite' } : {}),
    ...(evict === undefined ? {} : { evict: evictOf(evict, named) }),
    ...(log === undefined ? {} : { log: { before: log.before } }),
    indexes: namedIndexes(indexes, named),
  } as DeclaredOptions;
}

function evictOf({ policy, column, maxRows }: NonNullable<TypeSchema['evict']>, named: (at: number) => string): object {
  const by = policy === 'lru' ? { policy } : { by: named(column!) };
  return maxRows === undefined ? by : { ...by, maxRows };
}

/** Each with the name that it has, unless that is the one it gets without: names that are made may be longer than those that are given. */
function namedIndexes(indexes: readonly IndexSchema[], named: (ordinal: number) => string): object[] {
  const taken = new Set<string>();
  return indexes.map(({ name, kind, columns }) => {
    const on = columns.map(named);
    const plain = on.join('_');
    const made = taken.has(plain) ? `${plain}_${kind}` : plain;
    taken.add(name);
    return name === made ? { on, kind } : { on, kind, name };
  });
}
