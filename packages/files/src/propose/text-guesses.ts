import { WeftError } from '@weft/base';
import { fieldText } from '../batch/field-text.ts';
import type { CsvForm } from '../csv/csv-form.ts';
import { CsvScanner } from '../csv/csv-scanner.ts';
import type { ByteSource } from '../source/byte-source.ts';
import { RECORD_BYTES_MAX } from '../source/windows.ts';
import { ColumnGuess } from './column-guess.ts';
import { JsonGuess } from './json-guess.ts';

/** What was seen of a file. */
export interface Guesses {
  readonly columns: readonly (ColumnGuess | JsonGuess)[];
  readonly records: number;
  /** Records that were passed over: other fields than the header names, or no JSON object. */
  readonly broken: number;
  /** Whether that was all of the file. */
  readonly isWhole: boolean;
}

const PIECE_BYTES = 256 * 1024;
const FIELDS_MAX = 1_000;

/** Records that are broken are passed over. */
export async function csvGuesses(source: ByteSource, form: CsvForm, recordsMax: number): Promise<Guesses> {
  const scanner = new CsvScanner(form.delimiter.charCodeAt(0), form.quote.charCodeAt(0), FIELDS_MAX);
  let columns: ColumnGuess[] | undefined;
  let records = 0;
  let broken = 0;
  const isWhole = await eachRecord(source, (bytes, at, isLast) => {
    if (scanner.scan(bytes, at, bytes.length, isLast) === 'incomplete') return -1;
    const fields = fieldsOf(scanner, bytes, form);
    if (columns === undefined) columns = headerOf(fields);
    else if (fields.length === columns.length) {
      for (const [i, field] of fields.entries()) guess(columns[i]!, field, form);
      records++;
    } else broken++;
    return records >= recordsMax ? undefined : scanner.next;
  });
  if (columns === undefined) throw new WeftError('FILE_INVALID', 'The file is empty: it has not even a header.');
  return { columns, records, broken, isWhole };
}

export async function ndjsonGuesses(source: ByteSource, recordsMax: number): Promise<Guesses> {
  const columns = new Map<string, JsonGuess>();
  let records = 0;
  let broken = 0;
  const isWhole = await eachRecord(source, (bytes, at, isLast) => {
    const end = bytes.indexOf(10, at);
    if (end < 0 && !isLast) return -1;
    const object = objectIn(bytes, at, end < 0 ? bytes.length : end);
    if (object !== undefined) addObject(columns, object, records++);
    else if (!isBlank(bytes, at, end < 0 ? bytes.length : end)) broken++;
    return records >= recordsMax ? undefined : end < 0 ? bytes.length : end + 1;
  });
  if (records === 0) throw new WeftError('FILE_INVALID', 'The file is no NDJSON: none of its lines is a JSON object.');
  return { columns: [...columns.values()], records, broken, isWhole };
}

function addObject(columns: Map<string, JsonGuess>, object: Record<string, unknown>, before: number): void {
  for (const name of Object.keys(object)) {
    if (!columns.has(name) && columns.size < FIELDS_MAX) columns.set(name, new JsonGuess(name, before));
  }
  for (const [name, guessed] of columns) guessed.add(Object.hasOwn(object, name) ? object[name] : undefined);
}

interface Field {
  readonly text: string;
  readonly isQuoted: boolean;
}

function fieldsOf({ fields, starts, ends, quoted }: CsvScanner, bytes: Buffer, { quote }: CsvForm): Field[] {
  return Array.from({ length: Math.min(fields, FIELDS_MAX) }, (_, field) => {
    const text = textIn(bytes, starts[field]!, ends[field]!);
    return { text: quoted[field] === 2 ? text.replaceAll(quote + quote, quote) : text, isQuoted: quoted[field] !== 0 };
  });
}

function textIn(bytes: Buffer, start: number, end: number): string {
  try {
    return fieldText(bytes, start, end);
  } catch {
    return '\uFFFD';
  }
}

function headerOf(fields: readonly Field[]): ColumnGuess[] {
  const names = fields.map(({ text }) => text.replace(/^\uFEFF/, ''));
  if (names.every((name) => name === '') || names.some((name) => name.includes('\0') || name.includes('\uFFFD')))
    throw new WeftError('FILE_INVALID', 'The file is no CSV with a header: its first line names no columns.');
  return names.map((name) => new ColumnGuess(name));
}

function guess(column: ColumnGuess, { text, isQuoted }: Field, { none }: CsvForm): void {
  if (!isQuoted && (text === none || text === '')) column.addNone();
  else column.add(text);
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  return textIn(bytes, start, end).trim() === '';
}

function objectIn(bytes: Buffer, start: number, end: number): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(textIn(bytes, start, end));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // A broken line says nothing about the type.
  }
  return undefined;
}

/**
 * Calls `read` with the bytes that are there and where the next record begins. It answers where the one after begins, −1 where the
 * record is not whole, `undefined` where it has seen enough. Whether the file was read to its end.
 */
async function eachRecord(
  source: ByteSource,
  read: (bytes: Buffer, at: number, isLast: boolean) => number | undefined,
): Promise<boolean> {
  let rest: Buffer = Buffer.alloc(0);
  const all = (bytes: Buffer, isLast: boolean): boolean => {
    let at = 0;
    while (at < bytes.length) {
      const next = read(bytes, at, isLast);
      if (next === undefined) return false;
      if (next < 0) break;
      at = next;
    }
    rest = bytes.subarray(at);
    return true;
  };
  let want = 0;
  for await (const piece of source.open(0, PIECE_BYTES)) {
    rest = Buffer.concat([rest, piece]);
    if (rest.length < want) continue;
    const { length } = rest;
    if (!all(rest, false)) return false;
    // A record that is longer than what came is looked at again when as much again has come.
    want = rest.length === length ? length * 2 : 0;
    if (rest.length > RECORD_BYTES_MAX)
      throw new WeftError('FILE_INVALID', `A record is longer than RECORD_BYTES_MAX, ${RECORD_BYTES_MAX} bytes.`);
  }
  return all(rest, true);
}
