import { Decimal, type RowValues } from '@weft/data';

/** A value that nobody else holds, where it is of a kind that could be changed in place. */
export function copyValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Decimal) return value;
  if (value instanceof Date) return new Date(value);
  if (value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyValue);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyValue(part)]));
}

export function copyValues(values: readonly unknown[]): RowValues {
  return values.map(copyValue);
}
