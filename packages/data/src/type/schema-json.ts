import { assert } from '@weft/base';
import { encodeArray, arrayBytes, decodeArray } from '../value/array-codec.ts';
import { fingerprintOf } from './fingerprint.ts';
import { freezeDeep } from './freeze.ts';
import type { ColumnSchema, Kind, ScalarKind, TypeSchema } from './schema.ts';

/** A default as JSON: json as it is, any other value in its bytes, base64. */
interface DefaultJson {
  readonly json?: unknown;
  readonly bytes?: string;
}

/** The schema as plain JSON, for logs and files. */
export function schemaJson(schema: TypeSchema): unknown {
  return {
    ...schema,
    columns: schema.columns.map(({ default: value, ...column }) =>
      value === undefined ? column : { ...column, default: defaultJson(column.kind, value) },
    ),
  };
}

/** The schema that `schemaJson` made. Throws where the text was damaged: its fingerprint says so. */
export function readSchema(json: unknown): TypeSchema {
  assert(typeof json === 'object' && json !== null, 'a schema is an object');
  const { fingerprint, columns, ...rest } = json as Omit<TypeSchema, 'columns'> & {
    readonly columns: readonly ColumnSchema[];
  };
  const schema = {
    ...rest,
    columns: columns.map(({ default: value, ...column }) =>
      value === undefined ? column : { ...column, default: defaultOf(column.kind, value as DefaultJson) },
    ),
  };
  assert(fingerprintOf(schema) === fingerprint, 'a schema has the fingerprint that it was written with');
  return freezeDeep({ ...schema, fingerprint });
}

function defaultJson(kind: Kind, value: unknown): DefaultJson {
  if (kind.name === 'json') return { json: value };
  const [element, values] = asArray(kind, value);
  const bytes = Buffer.alloc(arrayBytes(element, values));
  encodeArray(element, values, bytes, 0);
  return { bytes: bytes.toString('base64') };
}

export function defaultOf(kind: Kind, { json, bytes }: DefaultJson): unknown {
  if (kind.name === 'json') return json;
  assert(typeof bytes === 'string', 'a default has its bytes');
  const held = Buffer.from(bytes, 'base64');
  const values = decodeArray(kind.name === 'array' ? kind.element : kind, held, 0, held.length);
  return kind.name === 'array' ? values : values[0];
}

/** A scalar goes as an array of one. */
function asArray(kind: Exclude<Kind, { name: 'json' }>, value: unknown): [ScalarKind, readonly unknown[]] {
  return kind.name === 'array' ? [kind.element, value as readonly unknown[]] : [kind, [value]];
}
