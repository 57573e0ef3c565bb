import { checkIndexable, checkIndexKind } from './check-column.ts';
import type { IndexOption } from './type-options.ts';
import { declaredColumn } from './make-key.ts';
import { isIdentifier } from './names.ts';
import { shown, typeInvalid } from './refusal.ts';
import type { ColumnSchema, IndexSchema } from './schema.ts';

/** The indexes of the columns' own declarations, then those of the type's options. Throws TYPE_INVALID. */
export function makeIndexes(
  typeName: string,
  columns: readonly ColumnSchema[],
  routing: number,
  declared: { readonly own: readonly OwnIndex[]; readonly options: readonly IndexOption[] },
): IndexSchema[] {
  if (!Array.isArray(declared.options)) throw typeInvalid(typeName, 'the option indexes must be an array');
  const made: IndexSchema[] = [];
  for (const { column, kind } of declared.own) {
    addIndex(typeName, made, { columns: [column], kind }, columns);
  }
  for (const option of declared.options) {
    addIndex(typeName, made, fromOption(typeName, columns, option), columns);
  }
  for (const index of made) checkUnique(typeName, index, columns, routing);
  return made;
}

/** An index that a column declared with `.index()`. */
export interface OwnIndex {
  readonly column: number;
  readonly kind: IndexSchema['kind'];
}

type Nameless = Omit<IndexSchema, 'name'> & { readonly name?: string };

function fromOption(typeName: string, columns: readonly ColumnSchema[], option: IndexOption): Nameless {
  if (typeof option !== 'object' || option === null) {
    throw typeInvalid(typeName, `${shown(option)} is not an index; write { on: ['a', 'b'], kind: 'ordered' }`);
  }
  const kind = option.kind ?? 'hash';
  checkIndexKind(typeName, kind);
  const names: readonly unknown[] = Array.isArray(option.on) ? option.on : [option.on];
  if (names.length === 0) throw typeInvalid(typeName, 'an index has at least one column');
  if (new Set(names).size !== names.length)
    throw typeInvalid(typeName, `an index names a column twice (${names.join(', ')})`);
  const ordinals = names.map((name) => indexColumn(typeName, columns, name));
  return { kind, columns: ordinals, ...(option.name === undefined ? {} : { name: option.name }) };
}

function indexColumn(typeName: string, columns: readonly ColumnSchema[], name: unknown): number {
  const column = declaredColumn(typeName, columns, name, 'index column');
  const where = `${typeName}.${column.name}`;
  if (column.role === 'version')
    throw typeInvalid(where, 'an index column cannot be t.version(): it changes with every write');
  checkIndexable(where, column.kind);
  return column.ordinal;
}

/** Names it by its columns, and by its kind too where another index over the same columns has that name. */
function addIndex(typeName: string, made: IndexSchema[], index: Nameless, columns: readonly ColumnSchema[]): void {
  const same = made.find((other) => other.kind === index.kind && other.columns.join() === index.columns.join());
  const byColumns = index.columns.map((ordinal) => columns[ordinal]!.name).join('_');
  if (same !== undefined) throw typeInvalid(typeName, `there are two ${index.kind} indexes on ${byColumns}`);
  const taken = (name: string): boolean => made.some((other) => other.name === name);
  const name = index.name ?? (taken(byColumns) ? `${byColumns}_${index.kind}` : byColumns);
  if (index.name !== undefined && !isIdentifier(index.name)) {
    throw typeInvalid(typeName, `the index name ${shown(index.name)} is not an identifier`);
  }
  if (taken(name)) throw typeInvalid(typeName, `there are two indexes with the name ${name}; give one another name`);
  made.push({ name, kind: index.kind, columns: index.columns });
}

function checkUnique(typeName: string, index: IndexSchema, columns: readonly ColumnSchema[], routing: number): void {
  if (index.kind !== 'unique' || index.columns.includes(routing)) return;
  const column = columns[routing];
  const route = column === undefined ? 'and the type has only a hidden key' : `which is ${column.name}`;
  throw typeInvalid(
    typeName,
    `the unique index ${index.name} must include the routing column, ${route}: ` +
      `rows of other partitions cannot be compared at once`,
  );
}
