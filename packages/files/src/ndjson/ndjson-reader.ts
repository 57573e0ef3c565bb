import { WeftError } from '@weft/base';
import { BatchMaker, type FileColumn } from '../batch/batch-maker.ts';
import { fieldText } from '../batch/field-text.ts';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';
import type { ReadPlan } from '../batch/read-plan.ts';
import type { WindowReader } from '../source/windows.ts';
import { jsonReader, type JsonReader } from '../value/json-value.ts';

const LF = 10;

interface Target {
  readonly column: FileColumn;
  readonly read: JsonReader;
  /** The line that put it last. */
  put: number;
}

/** Rows out of newline-delimited JSON: one object a line, its properties the columns. */
export class NdjsonReader implements WindowReader {
  readonly hasHeader = false;
  readonly #maker: BatchMaker;
  /** By name in the file; `undefined` where it is passed over. */
  readonly #targets = new Map<string, Target | undefined>();
  #bound: Target[] = [];
  #isFirst = true;
  /** Counts lines, so that each tells what it has put from what the last one did. */
  #turn = 0;

  constructor(plan: ReadPlan) {
    this.#maker = new BatchMaker(plan);
    // Every column is there from the start, so that rows that lack one are filled.
    for (const { schema } of plan.columns) if (schema.name !== plan.rowNumber) this.#bindTo(schema.name);
  }

  get position(): Position {
    return this.#maker.position;
  }

  seek(position: Position): void {
    this.#maker.seek(position);
    this.#isFirst = position.records === 0;
  }

  readHeader(): number {
    return 0;
  }

  readWindow(bytes: Buffer, isLast: boolean): FileBatch {
    let at = 0;
    let line = 0;
    while (at < bytes.length) {
      const found = bytes.indexOf(LF, at);
      if (found < 0 && !isLast) break;
      const end = found < 0 ? bytes.length : found;
      this.#line(bytes, at === 0 && isBom(bytes) && this.#maker.position.bytes === 0 ? 3 : at, end, line);
      at = found < 0 ? end : end + 1;
      if (found >= 0) line++;
    }
    return this.#maker.take(bytes, at, line);
  }

  skipRecord(bytes: Buffer, why: WeftError): FileBatch {
    const found = bytes.indexOf(LF);
    const end = found < 0 ? bytes.length : found + 1;
    this.#maker.refuse(why, undefined, bytes, { start: 0, end, line: 0 });
    return this.#maker.take(bytes, end, found < 0 ? 0 : 1);
  }

  #line(bytes: Buffer, start: number, lineEnd: number, line: number): void {
    const end = lineEnd > start && bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
    if (isBlank(bytes, start, end)) return;
    if (this.#isFirst && !beginsObject(bytes, start, end)) throw noNdjson();
    this.#isFirst = false;
    const blame: { column?: FileColumn | undefined } = {};
    try {
      this.#put(objectOf(fieldText(bytes, start, end)), blame);
    } catch (error) {
      this.#maker.refuse(error, blame.column, bytes, { start, end, line });
      return;
    }
    this.#maker.keep(start, lineEnd, line);
  }

  #put(object: Readonly<Record<string, unknown>>, blame: { column?: FileColumn | undefined }): void {
    const { row } = this.#maker;
    const turn = ++this.#turn;
    for (const name of Object.keys(object)) {
      blame.column = undefined;
      const target = this.#targets.has(name) ? this.#targets.get(name) : this.#bindNamed(name);
      if (target === undefined) continue;
      const { column, read } = target;
      blame.column = column;
      const value = object[name];
      if (value === null && !isJsonNull(column)) {
        if (!column.mayLack) throw lacking(this.#maker.plan, column.gather.column.name);
        column.gather.putNone(row);
      } else column.gather.putValue(row, read(value));
      target.put = turn;
    }
    for (const target of this.#bound) if (target.put !== turn) this.#putNone(target, row, blame);
  }

  #putNone({ column }: Target, row: number, blame: { column?: FileColumn | undefined }): void {
    blame.column = column;
    if (!column.mayLack) throw lacking(this.#maker.plan, column.gather.column.name);
    column.gather.putNone(row);
  }

  /** A column of the type by its own name, as far as the mapping leaves it there. */
  #bindTo(name: string): void {
    const { mapping } = this.#maker.plan;
    const [mapped] = Object.entries(mapping).find(([, column]) => column === name) ?? [];
    const column = this.#maker.bind(mapped ?? name);
    if (column === undefined) return;
    const read = jsonReader(column.gather.column.kind, `${this.#maker.plan.typeName}.${name}`);
    const target: Target = { column, read, put: -1 };
    this.#targets.set(mapped ?? name, target);
    if (mapped === undefined && column.gather.column.sqlName !== name)
      this.#targets.set(column.gather.column.sqlName, target);
    this.#bound.push(target);
  }

  /** A name that the file brings up: passed over, or refused with COLUMN_UNKNOWN. */
  #bindNamed(name: string): Target | undefined {
    const { mapping, extra, typeName } = this.#maker.plan;
    if ((Object.hasOwn(mapping, name) && mapping[name] === null) || extra === 'ignore') {
      // Bounded: names without end would fill the memory.
      if (this.#targets.size < TARGETS_MAX) this.#targets.set(name, undefined);
      return undefined;
    }
    throw new WeftError(
      'COLUMN_UNKNOWN',
      `${typeName} has no column for ${JSON.stringify(name.slice(0, 100))} of the record.`,
    );
  }
}

const TARGETS_MAX = 10_000;

/** Whether `null` is a value of the column: of json that must be there. */
function isJsonNull({ gather, mayLack }: FileColumn): boolean {
  return gather.column.kind.name === 'json' && !mayLack;
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new WeftError('RECORD_INVALID', 'The line is no JSON.');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new WeftError('RECORD_INVALID', 'The line is JSON, but no object.');
}

function lacking({ typeName }: ReadPlan, column: string): WeftError {
  return new WeftError(
    'VALUE_MISSING',
    `${typeName}.${column}: the record has no value, and the column has no default.`,
  );
}

function noNdjson(): WeftError {
  return new WeftError('FILE_INVALID', 'The file is no NDJSON: its first line is no JSON object.', {
    hint: 'NDJSON has one object a line; a JSON array becomes that with: jq -c .[]',
  });
}

function beginsObject(bytes: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at < end && isSpace(bytes[at]!)) at++;
  return bytes[at] === 0x7b;
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isSpace(bytes[at]!)) return false;
  return true;
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

function isBom(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}
