import { WeftError } from '@weft/base';
import type { AnyType, ColumnSchema, DeadRow, RowOf } from '@weft/data';
import type { DeadLetter } from './queue-api.ts';

/** As callers see it. */
export function deadLetterOf({ row, tries, reason, atMs }: DeadRow): DeadLetter<AnyType> {
  return { row: row as RowOf<AnyType>, tries, reason, at: new Date(atMs) };
}

/** What a letter says beside the row, by the column of a dead letter type that gets it. */
const TOLD: Readonly<Record<string, (letter: DeadLetter<AnyType>) => unknown>> = {
  reason: ({ reason }) => reason,
  tries: ({ tries }) => tries,
  failedAt: ({ at }) => at,
};

/** The row that a dead letter type gets. */
export function rowOfLetter(type: AnyType, letter: DeadLetter<AnyType>): object {
  const row = letter.row as Readonly<Record<string, unknown>>;
  const values = type.schema.columns.filter(isWritten).flatMap(({ name }): [string, unknown][] => {
    const value = name in row ? row[name] : TOLD[name]?.(letter);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(values);
}

/** Throws OPTION_INVALID for what is neither a function nor a type that the letters of this one can become. */
export function checkDeadLetter(type: AnyType, deadLetter: unknown): void {
  if (typeof deadLetter === 'function') return;
  const call = `${type.name}.consume`;
  if (typeof deadLetter !== 'object' || deadLetter === null || !('schema' in deadLetter))
    throw new WeftError(
      'OPTION_INVALID',
      `${call}: deadLetter is a type that defineType made, or a function that gets the letter.`,
    );
  const { name, schema } = deadLetter as AnyType;
  const known = new Set([...type.schema.columns.map((column) => column.name), ...Object.keys(TOLD)]);
  const lacking = schema.columns.find(
    (column) => column.role === 'data' && !column.optional && column.default === undefined && !known.has(column.name),
  );
  if (lacking === undefined) return;
  throw new WeftError(
    'OPTION_INVALID',
    `${call}: column ${lacking.name} of ${name} has no value in a dead letter of ${type.name}; make it optional, give it a default, or give deadLetter a function.`,
  );
}

function isWritten({ role }: ColumnSchema): boolean {
  return role === 'data' || role === 'generatedId';
}
