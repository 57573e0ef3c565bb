import { assert } from '@weft/base';
import { absentOf, type BatchColumn } from '../column/batch-column.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { isVisible, type RowValues } from './row-code.ts';

/**
 * Many rows by column, as a reader of files makes them: checked values in their normal form, so that they need no second look.
 * All data has `rows` entries at least.
 */
export interface RowBatch {
  readonly rows: number;
  /** Columns that are not among them get their default, or nothing. */
  readonly columns: readonly BatchColumn[];
}

/** Puts the values of one row of a batch into an array by ordinal, as `RowCode.stage` does with an object. */
export type BatchStage = (columns: readonly BatchColumn[], row: number, values: RowValues) => void;

const compiled = new WeakMap<TypeSchema, Map<string, BatchStage>>();

/** The code that takes rows out of a batch, compiled once for each layout of batches. */
export function batchStageOf(schema: TypeSchema, columns: readonly BatchColumn[]): BatchStage {
  const layout = columns.map(({ ordinal, values, as, present }) =>
    [ordinal, values === undefined ? '' : 'v', as ?? '', present === undefined ? '' : 'p'].join(),
  );
  const known = compiled.get(schema) ?? new Map<string, BatchStage>();
  compiled.set(schema, known);
  const key = layout.join(';');
  const stage = known.get(key) ?? compileStage(schema, columns);
  known.set(key, stage);
  return stage;
}

function compileStage(schema: TypeSchema, columns: readonly BatchColumn[]): BatchStage {
  const defaults = schema.columns.map(absentOf);
  const lines = schema.columns.map((column) => {
    const at = columns.findIndex(({ ordinal }) => ordinal === column.ordinal);
    const target = `values[${column.ordinal}]`;
    if (at < 0) return `${target} = ${absent(column)};`;
    assert(isVisible(column), 'a batch has declared columns only');
    // Weft keeps the version itself.
    if (column.role === 'version') return `${target} = undefined;`;
    return takeOf(column, columns[at]!, at);
  });
  const body = `'use strict';\nreturn function stage(columns, row, values) {\n  let value;\n  ${lines.join('\n  ')}\n};`;
  // oxlint-disable-next-line no-implied-eval, no-new-func -- as the row code: generated from numbers only
  const make = new Function('defaults', body) as (...captured: unknown[]) => BatchStage;
  return make(defaults);
}

function takeOf(column: ColumnSchema, { values, as, present }: BatchColumn, at: number): string {
  const target = `values[${column.ordinal}]`;
  const cell = `columns[${at}].data[row]`;
  const raw = values === undefined ? cell : `columns[${at}].values[${cell}]`;
  const value = as === 'millis' ? `new Date(${raw})` : raw;
  const taken = present === undefined ? value : `columns[${at}].present[row] === 0 ? undefined : ${value}`;
  if (column.default === undefined) return `${target} = ${taken};`;
  return `value = ${taken}; ${target} = value === undefined ? ${absent(column)} : value;`;
}

function absent({ ordinal, default: value }: ColumnSchema): string {
  return value === undefined ? 'undefined' : `defaults[${ordinal}]()`;
}
