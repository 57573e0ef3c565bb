import { columnUnknown, declaredByName } from '../type/lookup.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { ColumnRef } from './column-ref.ts';

const made = new WeakMap<TypeSchema, RefMap>();

/** Refs by column name, as a builder's lambda sees them. */
export type RefMap = Readonly<Record<string, ColumnRef>>;

/** The refs of a type's declared columns, made once for a schema. */
export function refsOf(schema: TypeSchema): RefMap {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const refs = makeRefs(schema.name, [...declaredByName(schema).values()]);
  made.set(schema, refs);
  return refs;
}

/**
 * Refs for these columns. Columns are own properties and cost a plain property read; only a name that is none of them
 * reaches the prototype, which throws COLUMN_UNKNOWN where `undefined` would end in a TypeError.
 */
export function makeRefs(typeName: string, columns: readonly ColumnSchema[]): RefMap {
  const names = columns.map((column) => column.name);
  const refs = Object.create(refuser(typeName, names)) as Record<string, ColumnRef>;
  for (const column of columns) refs[column.name] = new ColumnRef(typeName, column);
  return Object.freeze(refs);
}

function refuser(typeName: string, names: readonly string[]): object {
  return new Proxy(Object.create(null) as object, {
    get(_, name): undefined {
      // Symbols are asked for by printing and testing tools, which must not fail.
      if (typeof name === 'string') throw columnUnknown(typeName, name, 'a predicate', names);
    },
  });
}
