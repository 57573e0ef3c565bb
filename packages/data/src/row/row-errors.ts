import { AssertionError, WeftError } from '@weft/base';
import { NAME_LENGTH_MAX, nearestName } from '../type/names.ts';
import { shown } from '../type/refusal.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';

export function missingValue(schema: TypeSchema, column: ColumnSchema): never {
  throw new WeftError(
    'VALUE_MISSING',
    `${schema.name}.${column.name}: a row needs a value of kind ${column.kind.name} here; the input has none and the column has no default.`,
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
    throw new WeftError('COLUMN_UNKNOWN', `${schema.name} has no column ${shown(name)}. ${advice}`, {
      details: { type: schema.name, column: name.slice(0, NAME_LENGTH_MAX) },
    });
  }
}

/**
 * What was thrown while the properties of an input were read, as an error of ours: by a getter, or a proxy. Values guard themselves
 * (`unreadable`). What was thrown goes along as the cause; its text may hold anything, and is not shown.
 */
export function unreadableInput(schema: TypeSchema, input: object, names: Iterable<string>, thrown: unknown): unknown {
  if (WeftError.is(thrown) || thrown instanceof AssertionError) return thrown;
  const column = firstUnreadable(input, names);
  const where = column === undefined ? schema.name : `${schema.name}.${column}`;
  return new WeftError('VALUE_INVALID', `${where}: reading the value from the given object threw an error.`, {
    details: { type: schema.name, ...(column === undefined ? {} : { column }) },
    cause: thrown,
  });
}

function firstUnreadable(input: object, names: Iterable<string>): string | undefined {
  for (const name of names) {
    try {
      void (input as Record<string, unknown>)[name];
    } catch {
      return name;
    }
  }
  return undefined;
}
