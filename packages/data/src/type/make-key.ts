import type { DeclaredOptions } from './type-options.ts';
import { nearestName } from './names.ts';
import { shown, typeInvalid } from './refusal.ts';
import type { ColumnSchema, KindName } from './schema.ts';

/** Kinds without a place in a key: floats, because equality on them surprises; json and arrays, because they have no order. */
const unkeyable: ReadonlySet<KindName> = new Set<KindName>(['float32', 'float64', 'json', 'array']);

/** The key as ordinals, or that the type gets the hidden one; and the routing column, undefined for the hidden key. */
export interface MadeKey {
  readonly key: readonly number[] | 'hidden';
  readonly routing: number | undefined;
}

/** Finds key and routing column. Throws TYPE_INVALID. */
export function makeKey(typeName: string, columns: readonly ColumnSchema[], options: DeclaredOptions): MadeKey {
  const key = keyOf(typeName, columns, options.key);
  if (options.routing === undefined) return { key, routing: key === 'hidden' ? undefined : key[0] };
  return { key, routing: keyColumn(typeName, columns, options.routing, 'routing column').ordinal };
}

/** The column with this name. Throws TYPE_INVALID that names the nearest one. */
export function declaredColumn(
  typeName: string,
  columns: readonly ColumnSchema[],
  name: unknown,
  purpose: string,
): ColumnSchema {
  const found = columns.find((column) => column.name === name);
  if (found !== undefined) return found;
  const names = columns.map((column) => column.name);
  const nearest = nearestName(String(name), names);
  const hint = nearest === undefined ? `there are ${names.slice(0, 10).join(', ')}` : `did you mean ${nearest}?`;
  throw typeInvalid(typeName, `the ${purpose} ${shown(name)} is not a column; ${hint}`);
}

function keyOf(typeName: string, columns: readonly ColumnSchema[], key: unknown): readonly number[] | 'hidden' {
  if (key === undefined) {
    const id = columns.find((column) => column.role === 'generatedId');
    return id === undefined ? 'hidden' : [id.ordinal];
  }
  const names: readonly unknown[] = Array.isArray(key) ? key : [key];
  if (names.length === 0) throw typeInvalid(typeName, 'a key has at least one column; leave it out for a hidden key');
  const ordinals = names.map((name) => keyColumn(typeName, columns, name, 'key column').ordinal);
  for (const [position, ordinal] of ordinals.entries()) {
    if (ordinals.indexOf(ordinal) === position) continue;
    throw typeInvalid(typeName, `the key column ${columns[ordinal]!.name} is there twice`);
  }
  return ordinals;
}

function keyColumn(
  typeName: string,
  columns: readonly ColumnSchema[],
  name: unknown,
  purpose: 'key column' | 'routing column',
): ColumnSchema {
  const column = declaredColumn(typeName, columns, name, purpose);
  const where = `${typeName}.${column.name}`;
  if (column.optional) throw typeInvalid(where, `a ${purpose} cannot be optional`);
  if (column.role === 'version') throw typeInvalid(where, `a ${purpose} cannot be t.version(): it changes`);
  if (unkeyable.has(column.kind.name)) {
    throw typeInvalid(where, `a column of kind ${column.kind.name} cannot be a ${purpose}`);
  }
  return column;
}
