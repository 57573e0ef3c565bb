import { declaredColumn } from './make-key.ts';
import { shown, typeInvalid } from './refusal.ts';
import type { ColumnSchema, EvictSchema, IndexSchema } from './schema.ts';

const optionNames = ['policy', 'by', 'maxRows'];

/** How rows are evicted, `undefined` where they are not. Throws TYPE_INVALID. */
export function makeEvict(
  typeName: string,
  columns: readonly ColumnSchema[],
  indexes: readonly IndexSchema[],
  option: unknown,
): EvictSchema | undefined {
  if (option === undefined) return undefined;
  if (option === 'lru') return { policy: 'lru' };
  if (typeof option !== 'object' || option === null) throw misread(typeName, option);
  for (const name of Object.keys(option)) if (!optionNames.includes(name)) throw misread(typeName, name);
  const { policy, by, maxRows } = option as Record<string, unknown>;
  if ((policy === undefined) === (by === undefined)) throw misread(typeName, option);
  if (policy !== undefined && policy !== 'lru') throw misread(typeName, policy);
  return {
    ...(by === undefined
      ? { policy: 'lru' }
      : { policy: 'order', column: orderedColumn(typeName, columns, indexes, by) }),
    ...(maxRows === undefined ? {} : { maxRows: checkedRows(typeName, maxRows) }),
  };
}

function orderedColumn(
  typeName: string,
  columns: readonly ColumnSchema[],
  indexes: readonly IndexSchema[],
  name: unknown,
): number {
  const { ordinal } = declaredColumn(typeName, columns, name, 'column to evict by');
  if (indexes.some(({ kind, columns: [first] }) => kind === 'ordered' && first === ordinal)) return ordinal;
  throw typeInvalid(
    `${typeName}.${columns[ordinal]!.name}`,
    "rows are evicted by a column that an ordered index begins with; write .index('ordered') behind the column",
  );
}

function checkedRows(typeName: string, maxRows: unknown): number {
  if (Number.isSafeInteger(maxRows) && (maxRows as number) > 0) return maxRows as number;
  throw typeInvalid(typeName, `maxRows of evict is a whole number above zero, not ${shown(maxRows)}`);
}

function misread(typeName: string, option: unknown): Error {
  return typeInvalid(
    typeName,
    `${shown(option)} does not say how to evict; write evict: 'lru', or { policy: 'lru', maxRows: 1000 }, or { by: 'lastSeen' }`,
  );
}
