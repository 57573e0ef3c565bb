import type { SchemaElement } from 'hyparquet';

/** What a flat column of a Parquet file holds, whatever the cells that it stores it in. */
export type StoredForm =
  | { readonly name: 'bool' }
  | { readonly name: 'integer'; readonly bits: 8 | 16 | 32 | 64; readonly isSigned: boolean }
  | { readonly name: 'float'; readonly bits: 16 | 32 | 64 }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly name: 'date' }
  /** `perSecond` units; `isUtc`: an instant, else a local time. `isInt96`: the old form of Hive and Impala. */
  | {
      readonly name: 'timestamp';
      readonly perSecond: 1_000 | 1_000_000 | 1_000_000_000;
      readonly isUtc: boolean;
      readonly isInt96?: true;
    }
  | { readonly name: 'text' }
  | { readonly name: 'json' }
  | { readonly name: 'uuid' }
  | { readonly name: 'bytes' }
  | { readonly name: 'unsupported'; readonly what: string };

const UNITS = { MILLIS: 1_000, MICROS: 1_000_000, NANOS: 1_000_000_000 } as const;

/** By its logical type, else by its older converted type, else by its cells. */
export function storedForm(element: SchemaElement): StoredForm {
  return logicalForm(element) ?? convertedForm(element) ?? physicalForm(element);
}

function logicalForm({ type, logical_type: logical }: SchemaElement): StoredForm | undefined {
  if (logical === undefined) return undefined;
  switch (logical.type) {
    case 'STRING':
    case 'ENUM':
      return { name: 'text' };
    case 'JSON':
      return { name: 'json' };
    case 'UUID':
      return { name: 'uuid' };
    case 'DATE':
      return { name: 'date' };
    case 'DECIMAL':
      return { name: 'decimal', precision: logical.precision, scale: logical.scale ?? 0 };
    case 'TIMESTAMP':
      return { name: 'timestamp', perSecond: UNITS[logical.unit], isUtc: logical.isAdjustedToUTC };
    case 'INTEGER':
      return { name: 'integer', bits: logical.bitWidth as 8 | 16 | 32 | 64, isSigned: logical.isSigned };
    case 'FLOAT16':
      return { name: 'float', bits: 16 };
    case 'NULL':
      return type === undefined ? undefined : { name: 'text' };
    default:
      return { name: 'unsupported', what: logical.type.toLowerCase() };
  }
}

function convertedForm({
  converted_type: converted,
  precision = 18,
  scale = 0,
}: SchemaElement): StoredForm | undefined {
  switch (converted) {
    case undefined:
      return undefined;
    case 'UTF8':
    case 'ENUM':
      return { name: 'text' };
    case 'JSON':
      return { name: 'json' };
    case 'DATE':
      return { name: 'date' };
    case 'DECIMAL':
      return { name: 'decimal', precision, scale };
    case 'TIMESTAMP_MILLIS':
      return { name: 'timestamp', perSecond: UNITS.MILLIS, isUtc: true };
    case 'TIMESTAMP_MICROS':
      return { name: 'timestamp', perSecond: UNITS.MICROS, isUtc: true };
    default: {
      const integer = /^(U?)INT_(8|16|32|64)$/.exec(converted);
      if (integer === null) return { name: 'unsupported', what: converted.toLowerCase().replaceAll('_', ' ') };
      return { name: 'integer', bits: Number(integer[2]) as 8 | 16 | 32 | 64, isSigned: integer[1] === '' };
    }
  }
}

function physicalForm({ type }: SchemaElement): StoredForm {
  switch (type) {
    case 'BOOLEAN':
      return { name: 'bool' };
    case 'INT32':
      return { name: 'integer', bits: 32, isSigned: true };
    case 'INT64':
      return { name: 'integer', bits: 64, isSigned: true };
    case 'INT96':
      return { name: 'timestamp', perSecond: UNITS.NANOS, isUtc: false, isInt96: true };
    case 'FLOAT':
      return { name: 'float', bits: 32 };
    case 'DOUBLE':
      return { name: 'float', bits: 64 };
    case 'BYTE_ARRAY':
    case 'FIXED_LEN_BYTE_ARRAY':
      return { name: 'bytes' };
    case undefined:
      return { name: 'unsupported', what: 'a column without a type' };
    default:
      return { name: 'unsupported', what: String(type) };
  }
}
