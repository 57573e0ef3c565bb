import { WeftError } from '@weft/base';
import type { IndexSchema, KeyCode, TypeSchema } from '@weft/data';

/** Rows of one type in one partition: row numbers are positive int32. */
export const ROWS_MAX = 2_147_483_648;

export function keyExists(schema: TypeSchema, keyCode: KeyCode, values: readonly unknown[]): WeftError {
  const key = keyCode.describe(keyCode.of(values));
  return new WeftError('KEY_EXISTS', `${schema.name} with ${key} exists, and the write said onConflict: 'fail'.`, {
    details: { type: schema.name, key },
  });
}

export function uniqueViolation({ name }: TypeSchema, index: IndexSchema): WeftError {
  return new WeftError(
    'UNIQUE_VIOLATION',
    `${name}: another row already has the given values of unique index ${index.name}.`,
    { details: { type: name, index: index.name } },
  );
}

export function tooManyRows({ name }: TypeSchema): WeftError {
  return new WeftError('MEMORY_LIMIT', `${name}: one partition holds ROWS_MAX, ${ROWS_MAX}, rows of a type at most.`, {
    hint: 'Use more partitions, or delete rows.',
    details: { type: name, rowsMax: ROWS_MAX },
  });
}

export function routingChanged({ name, columns, key, routing }: TypeSchema): WeftError {
  const names = [...new Set([...key, routing])].map((ordinal) => columns[ordinal].name).join(', ');
  return new WeftError(
    'ROUTING_IMMUTABLE',
    `${name}: the key and the routing value of a row (${names}) never change.`,
    { details: { type: name, columns: names } },
  );
}
