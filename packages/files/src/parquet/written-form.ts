import { cellOfValue, type ColumnSchema, type Decimal, type Kind } from '@weft/data';
import type { SchemaElement } from 'hyparquet';
import { jsonWriter } from '../value/json-value.ts';

/** How a column is written: its element of the schema, and what the encoder gets for a value. */
export interface WrittenForm {
  readonly element: SchemaElement;
  readonly cell: (value: unknown) => unknown;
}

/**
 * With logical types where Parquet has them; json and arrays go as JSON text, so that the file stays flat. Whole 64-bit numbers,
 * decimals and times keep every digit.
 */
export function writtenForm({ name, kind, optional }: ColumnSchema): WrittenForm {
  const { cell, ...rest } = formOf(kind);
  return { element: { name, repetition_type: optional ? 'OPTIONAL' : 'REQUIRED', ...rest }, cell };
}

type Form = Omit<SchemaElement, 'name'> & { readonly cell: (value: unknown) => unknown };

const same = (value: unknown): unknown => value;

function formOf(kind: Kind): Form {
  switch (kind.name) {
    case 'bool':
      return { type: 'BOOLEAN', cell: same };
    case 'int16':
      return { type: 'INT32', converted_type: 'INT_16', cell: same };
    case 'int32':
      return { type: 'INT32', cell: same };
    case 'int64':
      return { type: 'INT64', cell: same };
    case 'float32':
      return { type: 'FLOAT', cell: same };
    case 'float64':
      return { type: 'DOUBLE', cell: same };
    case 'decimal': {
      const { precision, scale } = kind;
      const cell = (value: unknown): bigint => (value as Decimal).unscaled;
      return { type: 'INT64', converted_type: 'DECIMAL', precision, scale, cell };
    }
    case 'date':
      return { type: 'INT32', converted_type: 'DATE', cell: (value) => cellOfValue(kind, value) };
    case 'timestamp':
      return timeForm(kind, true);
    case 'localTimestamp':
      return timeForm(kind, false);
    case 'uuid':
      return { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, logical_type: { type: 'UUID' }, cell: same };
    case 'bytes':
      return { type: 'BYTE_ARRAY', cell: same };
    case 'json':
    case 'array': {
      const write = jsonWriter(kind);
      // Older readers see text, newer ones JSON.
      return {
        type: 'BYTE_ARRAY',
        converted_type: 'UTF8',
        logical_type: { type: 'JSON' },
        cell: (value) => JSON.stringify(write(value)),
      };
    }
    default:
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' }, cell: same };
  }
}

function timeForm(kind: Kind, isAdjustedToUTC: boolean): Form {
  return {
    type: 'INT64',
    ...(isAdjustedToUTC ? { converted_type: 'TIMESTAMP_MICROS' as const } : {}),
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC, unit: 'MICROS' },
    cell: (value) => cellOfValue(kind, value),
  };
}
