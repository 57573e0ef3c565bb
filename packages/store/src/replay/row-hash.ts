import { murmur3, murmur3Int64, murmur3String } from '@weft/base';
import {
  ABSENT_HASH,
  arrayBytes,
  encodeArray,
  hasherOf,
  type Column,
  type Kind,
  type RowValues,
  type TypeSchema,
} from '@weft/data';

/**
 * Hashes rows of one declaration, all of their columns but the slot: a hash of each value, stirred in one after another. From values by ordinal, or from
 * the columns of a table, where text is hashed as it lies there.
 *
 * The code is generated, as that of the rows: straight-line, a call site for each column.
 */
export class RowHash {
  readonly #hashed: readonly { readonly ordinal: number; readonly hashOne: Hash | undefined }[];
  /** Of a row by ordinal, its lsn included. */
  readonly of: (values: RowValues) => number;
  /** The same of a row of a table. */
  readonly ofRow: (columns: readonly Column[], row: number) => number;

  constructor({ columns }: TypeSchema) {
    const hashed = columns.filter(({ role }) => role !== 'slot');
    this.#hashed = hashed.map(({ ordinal, kind }) => ({
      ordinal,
      hashOne: kind.name === 'json' || kind.name === 'array' ? hasherOfAny(kind) : undefined,
    }));
    const hashers = columns.map(({ kind, role }) => (role === 'lsn' ? hashLsn : hasherOfAny(kind)));
    this.of = compile(
      'values',
      hashed.map(({ ordinal, optional }) => {
        const value = `values[${ordinal}]`;
        return orAbsent(`h${ordinal}(${value}, 0)`, optional && `${value} === undefined`);
      }),
      hashers,
    ) as RowHash['of'];
    this.ofRow = compile(
      'columns, row',
      hashed.map(({ ordinal, optional, kind }) => {
        const column = `columns[${ordinal}]`;
        const hash = kind.name === 'string' ? `${column}.hashOf(row)` : `h${ordinal}(${column}.get(row), 0)`;
        return orAbsent(hash, optional && `${column}.isNull(row)`);
      }),
      hashers,
    ) as RowHash['ofRow'];
  }

  /** The same of many rows, which lie on one page, column by column. `hashes` and `scratch` have room for them. */
  ofRows(columns: readonly Column[], rows: Int32Array, hashes: Int32Array, scratch: Int32Array): void {
    const count = rows.length;
    hashes.fill(0, 0, count);
    for (const { ordinal, hashOne } of this.#hashed) {
      if (hashOne === undefined) columns[ordinal].hashRows(rows, count, scratch);
      else hashEach(columns[ordinal], hashOne, rows, scratch);
      for (let i = 0; i < count; i++) hashes[i] = stir(hashes[i], scratch[i]);
    }
    for (let i = 0; i < count; i++) hashes[i] ^= hashes[i] >>> 15;
  }
}

function hashEach(column: Column, hashOne: Hash, rows: Int32Array, hashes: Int32Array): void {
  for (let i = 0; i < rows.length; i++) {
    const value = column.get(rows[i]);
    hashes[i] = value === undefined ? ABSENT_HASH : hashOne(value as never, 0);
  }
}

/** As the generated code does. */
function stir(h: number, hash: number): number {
  return (Math.imul(((h << 13) | (h >>> 19)) ^ hash, 0x85ebca6b) + 0x38495ab5) | 0;
}

function orAbsent(hash: string, isAbsent: string | false): string {
  return isAbsent === false ? hash : `(${isAbsent} ? ${ABSENT_HASH} : ${hash})`;
}

/** Stirs as MurmurHash3 does its blocks, whose finish each value has had. */
function compile(parameters: string, terms: readonly string[], hashers: readonly Hash[]): unknown {
  const captured = hashers.map((_, ordinal) => `h${ordinal} = hashers[${ordinal}]`);
  const lines = terms.map((term) => `h = Math.imul((h << 13 | h >>> 19) ^ ${term}, 0x85ebca6b) + 0x38495ab5 | 0;`);
  const body = `'use strict';\nconst ${captured.join(', ')};\nreturn function hash(${parameters}) {\nlet h = 0;\n${lines.join('\n')}\nreturn (h ^ h >>> 15) >>> 0;\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as the row code: generated from numbers only
  return (new Function('hashers', body) as (hashers: readonly Hash[]) => unknown)(hashers);
}

type Hash = (value: never, seed: number) => number;

/** A position is a number, though its column's kind has wider values. */
function hashLsn(lsn: number, seed: number): number {
  return murmur3Int64(lsn | 0, Math.floor(lsn / 0x1_0000_0000) | 0, seed);
}

/** Also for kinds that no index can have. */
function hasherOfAny(kind: Kind): Hash {
  if (kind.name === 'json') return (value, seed) => murmur3String(JSON.stringify(value), seed);
  if (kind.name !== 'array') return hasherOf(kind) as Hash;
  const { element } = kind;
  return (value: readonly unknown[], seed: number) => {
    const bytes = new Uint8Array(arrayBytes(element, value));
    encodeArray(element, value, bytes, 0);
    return murmur3(bytes, 0, bytes.length, seed);
  };
}
