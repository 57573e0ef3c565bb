import { arrayBytes, type RowValues, type TypeSchema } from '@weft/data';

/** What the long values of a checked row hold: UTF-16 units of text and json, bytes of arrays and bytes. */
export function heldUnitsOf({ columns }: TypeSchema): (values: RowValues) => number {
  const long = columns.flatMap(({ kind, ordinal }) => {
    const unitsOf = unitsOfKind(kind);
    return unitsOf === undefined ? [] : [{ ordinal, unitsOf }];
  });
  return (values) => {
    let units = 0;
    for (const { ordinal, unitsOf } of long) if (values[ordinal] !== undefined) units += unitsOf(values[ordinal]);
    return units;
  };
}

function unitsOfKind(kind: TypeSchema['columns'][number]['kind']): ((value: unknown) => number) | undefined {
  switch (kind.name) {
    case 'string':
    case 'bytes':
      return (value) => (value as string | Uint8Array).length;
    case 'json':
      return (value) => JSON.stringify(value).length;
    case 'array':
      return (value) => arrayBytes(kind.element, value as readonly unknown[]);
    default:
      return undefined;
  }
}
