import { isVisible, type Patch, type RowValues, type TypeSchema } from '@weft/data';

/** A row that was checked, as a caller would give it: what Weft adds is left to its host. */
export function plainRow({ columns }: TypeSchema, values: RowValues): object {
  const given = columns.filter((column) => isVisible(column) && column.role !== 'version');
  return Object.fromEntries(
    given.flatMap(({ name, ordinal }) => (values[ordinal] === undefined ? [] : [[name, values[ordinal]]])),
  );
}

/** A patch that was checked, as a caller would give it. */
export function plainPatch({ columns }: TypeSchema, { ordinals, values }: Patch): object {
  return Object.fromEntries(ordinals.map((ordinal, i) => [columns[ordinal]!.name, values[i] ?? null]));
}
