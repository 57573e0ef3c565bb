import { WeftError } from '@weft/base';
import { BatchMaker, type FileColumn } from '../batch/batch-maker.ts';
import { fieldText } from '../batch/field-text.ts';
import type { Gather } from '../batch/gather.ts';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';
import type { ReadPlan } from '../batch/read-plan.ts';
import type { WindowReader } from '../source/windows.ts';
import type { CsvForm } from './csv-form.ts';
import { CsvScanner } from './csv-scanner.ts';

/** Fields of a record at most that are looked at; a type has no more columns. */
const FIELDS_MAX = 4096;

/** Rows out of CSV with a header. */
export class CsvReader implements WindowReader {
  readonly #maker: BatchMaker;
  readonly #form: CsvForm;
  readonly #scanner: CsvScanner;
  readonly #none: Buffer;
  readonly #quote: string;
  #columns: readonly (FileColumn | undefined)[] | undefined;

  constructor(plan: ReadPlan, form: CsvForm) {
    this.#maker = new BatchMaker(plan);
    this.#form = form;
    this.#scanner = new CsvScanner(form.delimiter.charCodeAt(0), form.quote.charCodeAt(0), FIELDS_MAX);
    this.#none = Buffer.from(form.none);
    this.#quote = form.quote;
  }

  get hasHeader(): boolean {
    return true;
  }

  get position(): Position {
    return this.#maker.position;
  }

  seek(position: Position): void {
    this.#maker.seek(position);
  }

  /** Reads the header. Bytes it takes, −1 where it is not whole yet. Throws FILE_INVALID, COLUMN_UNKNOWN, VALUE_MISSING. */
  readHeader(bytes: Buffer, isLast: boolean): number {
    const scanner = this.#scanner;
    const from = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const found = scanner.scan(bytes, from, bytes.length, isLast);
    if (found === 'incomplete') return -1;
    if (found === 'broken') throw noHeader('its first line has a quote out of place');
    const names = this.#names(bytes);
    if (names.every((name) => name === '')) throw noHeader('its first line is empty');
    this.#columns = names.map((name) => this.#maker.bind(name));
    this.#requireAll(names);
    this.#maker.seek({ bytes: scanner.next, lines: scanner.lines, records: 0 });
    return scanner.next;
  }

  readWindow(bytes: Buffer, isLast: boolean): FileBatch {
    const { length } = bytes;
    const scanner = this.#scanner;
    let at = 0;
    let lines = 0;
    while (at < length) {
      const found = scanner.scan(bytes, at, length, isLast);
      if (found === 'incomplete') break;
      if (found === 'broken') this.#refuse(new WeftError('RECORD_INVALID', BROKEN), undefined, bytes, at, lines);
      else this.#record(bytes, at, lines);
      at = scanner.next;
      lines += scanner.lines;
    }
    return this.#maker.take(bytes, at, lines);
  }

  skipRecord(bytes: Buffer, why: WeftError): FileBatch {
    this.#scanner.skipLine(bytes, 0, bytes.length);
    this.#refuse(why, undefined, bytes, 0, 0);
    return this.#maker.take(bytes, this.#scanner.next, this.#scanner.lines);
  }

  #record(bytes: Buffer, start: number, line: number): void {
    const scanner = this.#scanner;
    const columns = this.#columns!;
    if (scanner.fields !== columns.length) {
      // A line with nothing in it is no record, unless that is what a file of one column looks like.
      if (scanner.fields === 1 && scanner.ends[0] === scanner.starts[0] && scanner.quoted[0] === 0) return;
      this.#refuse(wrongCount(this.#maker.plan, scanner.fields, columns.length), undefined, bytes, start, line);
      return;
    }
    const { row } = this.#maker;
    let column: FileColumn | undefined;
    try {
      for (let field = 0; field < columns.length; field++) {
        column = columns[field];
        if (column !== undefined) this.#put(row, column, bytes, field);
      }
    } catch (error) {
      this.#refuse(error, column, bytes, start, line);
      return;
    }
    this.#maker.keep(start, scanner.next, line);
  }

  #put(row: number, { gather, mayLack }: FileColumn, bytes: Buffer, field: number): void {
    const { starts, ends, quoted } = this.#scanner;
    const start = starts[field]!;
    const end = ends[field]!;
    if (this.#isNone(bytes, start, end, quoted[field]!, mayBeEmpty(gather))) {
      if (mayLack) gather.putNone(row);
      else if (gather.column.kind.name === 'string' && start === end) gather.putText(row, '');
      else throw lacking(this.#maker.plan, gather.column.name);
    } else if (quoted[field] === 2)
      gather.putText(row, fieldText(bytes, start, end).replaceAll(this.#quote + this.#quote, this.#quote));
    else gather.putBytes(row, bytes, start, end);
  }

  /** An empty field in quotes is an empty value, and none where the kind has no empty values. */
  #isNone(bytes: Buffer, start: number, end: number, quoted: number, isEmptyable: boolean): boolean {
    if (quoted !== 0) return start === end && !isEmptyable;
    const none = this.#none;
    if (end - start !== none.length) return start === end && !isEmptyable;
    for (let i = 0; i < none.length; i++) if (bytes[start + i] !== none[i]) return false;
    return true;
  }

  #refuse(error: unknown, column: FileColumn | undefined, bytes: Buffer, start: number, line: number): void {
    this.#maker.refuse(error, column, bytes, { start, end: withoutLineEnd(bytes, start, this.#scanner.next), line });
  }

  #names(bytes: Buffer): string[] {
    const { fields, starts, ends, quoted } = this.#scanner;
    if (fields > FIELDS_MAX) throw noHeader(`its first line has ${fields} fields`);
    return Array.from({ length: fields }, (_, field) => {
      if (bytes.subarray(starts[field], ends[field]).includes(0)) throw noHeader('its first line has NUL bytes');
      const text = headerText(bytes, starts[field]!, ends[field]!);
      return quoted[field] === 2 ? text.replaceAll(this.#quote + this.#quote, this.#quote) : text;
    });
  }

  #requireAll(names: readonly string[]): void {
    const [missing] = this.#maker.missing();
    if (missing === undefined) return;
    const { typeName } = this.#maker.plan;
    const { delimiter } = this.#form;
    throw new WeftError(
      'VALUE_MISSING',
      `${typeName}.${missing.schema.name}: the header of the file has no such column, and the column has no default.`,
      {
        hint:
          names.length === 1
            ? `The whole line was taken as one name; is the delimiter ${JSON.stringify(delimiter)}?`
            : 'Map a column of the file to it with the option columns, or declare it .optional() or .default(value).',
      },
    );
  }
}

const BROKEN = 'The record has a quote out of place: a quoted field never ends, or goes on behind its closing quote.';

function mayBeEmpty({ column: { kind } }: Gather): boolean {
  return kind.name === 'string' || kind.name === 'bytes';
}

function headerText(bytes: Buffer, start: number, end: number): string {
  try {
    return fieldText(bytes, start, end);
  } catch {
    throw noHeader('its first line is no UTF-8');
  }
}

function noHeader(why: string): WeftError {
  return new WeftError('FILE_INVALID', `The file is no CSV with a header: ${why}.`);
}

function wrongCount({ typeName }: ReadPlan, got: number, wanted: number): WeftError {
  return new WeftError('RECORD_INVALID', `${typeName}: the record has ${got} fields where the header names ${wanted}.`);
}

function lacking({ typeName }: ReadPlan, column: string): WeftError {
  return new WeftError('VALUE_MISSING', `${typeName}.${column}: the field is empty, and the column has no default.`);
}

function withoutLineEnd(bytes: Buffer, start: number, end: number): number {
  let last = end;
  if (last > start && bytes[last - 1] === 10) last--;
  if (last > start && bytes[last - 1] === 13) last--;
  return last;
}
