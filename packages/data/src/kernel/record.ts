import { type KernelCell, cellTraits } from './cell.ts';
import { FLOAT_LANES } from '../evaluate/float-sum.ts';

/** What a kernel keeps for a group, or for all rows where there are no groups. */
export type Field =
  /** Rows of the group. */
  | { readonly what: 'rows' }
  /** Rows in which the input has a value. */
  | { readonly what: 'present'; readonly input: number }
  | { readonly what: 'sum' | 'min' | 'max'; readonly input: number; readonly cell: KernelCell };

export type ValueField = Extract<Field, { input: number; cell: KernelCell }>;

export interface PlacedField {
  readonly field: Field;
  /** Byte within the record. */
  readonly offset: number;
}

/** The record of a group: its key, its rows, then its fields, eight bytes a number. */
export interface RecordShape {
  readonly fields: readonly PlacedField[];
  readonly bytes: number;
  readonly grouped: boolean;
}

export const KEY_OFFSET = 0;
export const ROWS_OFFSET = 8;
const NUMBER_BYTES = 8;
/** Four vectors, so that a comparison need not wait for the one before. */
export const EXTREME_LANES = 8;

/** Places the fields, each once; `rows` is always the first. */
export function recordOf(fields: readonly Field[], grouped: boolean): RecordShape {
  const placed: PlacedField[] = [{ field: { what: 'rows' }, offset: ROWS_OFFSET }];
  let end = ROWS_OFFSET + NUMBER_BYTES;
  for (const field of fields) {
    if (fieldOf({ fields: placed, bytes: end, grouped }, field) !== undefined) continue;
    placed.push({ field, offset: end });
    end += lanesOf(field, grouped) * NUMBER_BYTES;
  }
  return { fields: placed, bytes: end, grouped };
}

/** Where an equal field is. */
export function fieldOf(record: RecordShape, sought: Field): PlacedField | undefined {
  return record.fields.find(({ field }) => {
    if (field.what !== sought.what) return false;
    return field.what === 'rows' || sought.what === 'rows' || field.input === sought.input;
  });
}

/**
 * Numbers of a field. Without groups there are as many as SIMD works on at once: two, four for float sums (see
 * `FloatAccumulator`), eight for extremes. A sum of 64-bit cells is kept in halves that cannot overflow in 2^31 rows: first the low ones,
 * unsigned, then the high ones.
 */
export function lanesOf(field: Field, grouped: boolean): number {
  if (field.what === 'rows' || field.what === 'present') return 1;
  const lanes = grouped ? 1 : field.what !== 'sum' ? EXTREME_LANES : isFloatSum(field) ? FLOAT_LANES : 2;
  return isSplit(field) ? lanes * 2 : lanes;
}

function isFloatSum(field: ValueField): boolean {
  return field.what === 'sum' && cellTraits[field.cell].wide === 'f64';
}

export function isSplit(field: ValueField): boolean {
  return field.what === 'sum' && field.cell === 'i64';
}

/** What a minimum or maximum starts from. */
export function neutral(field: ValueField): bigint | number {
  if (cellTraits[field.cell].wide === 'f64') return field.what === 'min' ? Infinity : -Infinity;
  return field.what === 'min' ? 2n ** 63n - 1n : -(2n ** 63n);
}
