import { WeftError } from '@weft/base';
import { nearestName } from '../type/names.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';

export function missingValue(schema: TypeSchema, column: ColumnSchema): never {
  throw new WeftError(
    'VALUE_MISSING',
    `${schema.name}.${column.name}: a row needs a ${column.kind.name} here; the input has none and the column has no default.`,
    {
      details: { type: schema.name, column: column.name },
    },
  );
}

/** Throws COLUMN_UNKNOWN for the first property that is no column; properties that hold `undefined` count as absent. */
export function unknownColumns(schema: TypeSchema, input: object, names: ReadonlySet<string>): void {
  for (const name in input) {
    if (names.has(name) || (input as Record<string, unknown>)[name] === undefined) continue;
    const nearest = nearestName(name, [...names]);
    const advice = nearest === undefined ? `The columns are ${[...names].join(', ')}.` : `Did you mean ${nearest}?`;
    throw new WeftError('COLUMN_UNKNOWN', `${schema.name} has no column ${JSON.stringify(name)}. ${advice}`, {
      details: { type: schema.name, column: name },
    });
  }
}
