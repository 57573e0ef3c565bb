import { isSystemColumn } from '../type/lookup.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';

/** A column of the declaration and the stored one that it goes on from; without one it is new. */
export interface ColumnPair {
  readonly declared: ColumnSchema;
  readonly stored: ColumnSchema | undefined;
  /** Why the two cannot be told together, where they cannot. */
  readonly doubt?: string;
}

/**
 * Finds for each declared column the stored one that it goes on from: by name, else by `.from('old')`, else the stored
 * one that was renamed from this very name, so that going back to the declaration before a rename loses nothing.
 * System columns go by their role.
 */
export function pairColumns(stored: TypeSchema, declared: TypeSchema): ColumnPair[] {
  const byName = new Map(stored.columns.filter((column) => !isSystemColumn(column)).map((c) => [c.name, c]));
  const names = new Set(declared.columns.map((column) => column.name));
  return declared.columns.map((column) => {
    if (isSystemColumn(column)) return { declared: column, stored: byRole(stored, column) };
    return pairOf(column, byName, names);
  });
}

function pairOf(
  column: ColumnSchema,
  byName: ReadonlyMap<string, ColumnSchema>,
  names: ReadonlySet<string>,
): ColumnPair {
  const same = byName.get(column.name);
  const old = column.renamedFrom === undefined ? undefined : byName.get(column.renamedFrom);
  if (same !== undefined && old !== undefined)
    return { declared: column, stored: same, doubt: `both ${column.name} and ${old.name} are stored` };
  if (same !== undefined || old !== undefined) return { declared: column, stored: same ?? old };
  const back = renamedBack(column, byName, names);
  if (back !== undefined || column.renamedFrom === undefined) return { declared: column, stored: back };
  return { declared: column, stored: undefined, doubt: `no column ${column.renamedFrom} is stored` };
}

function renamedBack(
  column: ColumnSchema,
  byName: ReadonlyMap<string, ColumnSchema>,
  names: ReadonlySet<string>,
): ColumnSchema | undefined {
  for (const candidate of byName.values())
    if (candidate.renamedFrom === column.name && !names.has(candidate.name)) return candidate;
  return undefined;
}

function byRole(stored: TypeSchema, { role }: ColumnSchema): ColumnSchema | undefined {
  return stored.columns.find((column) => column.role === role);
}
