import { WeftError } from '@weft/base';

import { nearestName } from './names.ts';
import { shown } from './refusal.ts';
import type { ColumnRole, ColumnSchema, TypeSchema } from './schema.ts';

const systemRoles: ReadonlySet<ColumnRole> = new Set<ColumnRole>(['hiddenKey', 'slot', 'lsn', 'expiry']);
const byName = new WeakMap<TypeSchema, ReadonlyMap<string, ColumnSchema>>();

/** Whether Weft alone sees the column. */
export function isSystemColumn(column: ColumnSchema): boolean {
  return systemRoles.has(column.role);
}

/** Ordinal of the column that says when a row expires; -1 where rows live for ever. It is the last one. */
export function expiryOf({ columns }: TypeSchema): number {
  const last = columns.length - 1;
  return columns[last]!.role === 'expiry' ? last : -1;
}

/** The declared columns by name, without the system columns. The map is made once for a schema. */
export function declaredByName(schema: TypeSchema): ReadonlyMap<string, ColumnSchema> {
  const known = byName.get(schema);
  if (known !== undefined) return known;
  const made = new Map(
    schema.columns.filter((column) => !isSystemColumn(column)).map((column) => [column.name, column]),
  );
  byName.set(schema, made);
  return made;
}

/** The declared column with this name. Throws COLUMN_UNKNOWN with the nearest name; `where` says where it was named. */
export function requireColumn(schema: TypeSchema, name: unknown, where: string): ColumnSchema {
  const columns = declaredByName(schema);
  const column = columns.get(name as string);
  if (column !== undefined) return column;
  throw columnUnknown(schema.name, name, where, [...columns.keys()]);
}

/** COLUMN_UNKNOWN that suggests the nearest of `names`. */
export function columnUnknown(
  typeName: string,
  name: unknown,
  where: string,
  names: readonly string[],
): WeftError<'COLUMN_UNKNOWN'> {
  const nearest = nearestName(String(name), names);
  const hint = nearest === undefined ? `There are ${listing(names)}.` : `Did you mean ${nearest}?`;
  return new WeftError('COLUMN_UNKNOWN', `${typeName}: ${shown(name)} in ${where} is not a column. ${hint}`, { hint });
}

function listing(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
}
