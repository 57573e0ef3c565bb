import { WeftError } from '@weft/base';

import type { ColumnSchema, TypeSchema } from '../type/schema.ts';

/** The column, which a change may touch. Throws ROUTING_IMMUTABLE for key and routing, VALUE_INVALID for the version. */
export function changeableColumn(schema: TypeSchema, column: ColumnSchema): ColumnSchema {
  const where = `${schema.name}.${column.name}`;
  if (schema.key.includes(column.ordinal) || schema.routing === column.ordinal) {
    const part = schema.key.includes(column.ordinal) ? 'key' : 'routing';
    throw new WeftError(
      'ROUTING_IMMUTABLE',
      `${where}: the ${part} of a row never changes; delete it and write a new one.`,
    );
  }
  if (column.role === 'version') {
    throw new WeftError('VALUE_INVALID', `${where}: the version is kept by Weft and cannot be set.`);
  }
  return column;
}

/** Throws VALUE_MISSING where rows cannot lack the column's value. */
export function refuseMissing(schema: TypeSchema, column: ColumnSchema): void {
  if (column.optional) return;
  throw new WeftError(
    'VALUE_MISSING',
    `${schema.name}.${column.name}: a required column cannot be cleared; declare it .optional() to allow that.`,
  );
}
