import { WeftError } from '@weft/base';
import type { Key } from '@weft/data';
import type { Table } from './table.ts';

/** Throws VERSION_CONFLICT where a version is demanded and the row has another. */
export function requireVersion(table: Table, row: number, key: Key, expected: number | undefined): void {
  if (expected === undefined) return;
  const actual = table.versionOf(row);
  if (actual === expected) return;
  const { schema, keyCode } = table;
  throw new WeftError(
    'VERSION_CONFLICT',
    `${schema.name} with ${keyCode.describe(key)} has version ${actual}, not ${expected}.`,
    { details: { type: schema.name, expected, actual } },
  );
}
