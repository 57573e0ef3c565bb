import { WeftError } from '@weft/base';
import { checkOptionNames, type Kind } from '@weft/data';
import { csvForm, type CsvOptions } from '../csv/csv-form.ts';
import { formatOf, isTabbed } from '../import/import-options.ts';
import { nestedColumn } from '../parquet/parquet-reader.ts';
import type { FileMetaData } from 'hyparquet';
import { openParquet } from '../parquet/parquet-file.ts';
import { storedForm, type StoredForm } from '../parquet/stored-form.ts';
import { byteSource, type ByteSource, type ImportSource } from '../source/byte-source.ts';
import type { FileFormat } from '../source/read-job.ts';
import { naming } from '../source/named-file.ts';
import { spooled } from '../source/spool.ts';
import { columnNames, typeName } from './column-names.ts';
import { proposalOf, type ProposedColumn, type TypeProposal } from './proposal.ts';
import { csvGuesses, ndjsonGuesses, type Guesses } from './text-guesses.ts';

/** Options of `proposeType`. */
export interface ProposeOptions {
  /** Of the type; after the file unless said. */
  readonly name?: string | undefined;
  readonly format?: FileFormat | undefined;
  readonly csv?: CsvOptions | undefined;
  /** Records to look at: a number, or `'all'`. 10,000 unless said. A Parquet file says its kinds itself. */
  readonly sample?: number | 'all' | undefined;
}

const SAMPLE_RECORDS = 10_000;

/**
 * Looks at a file and proposes a type for its rows: kinds, what is optional, a key. Throws FILE_UNREADABLE, FILE_INVALID,
 * FILE_UNSUPPORTED, OPTION_INVALID.
 * @example const { type, source } = await proposeType('flights.csv');
 */
export async function proposeType(source: ImportSource, options: ProposeOptions = {}): Promise<TypeProposal> {
  checkOptionNames('proposeType', options, ['name', 'format', 'csv', 'sample']);
  const bytes = await byteSource(source);
  const format = formatOf(options.format, bytes.path);
  const name = options.name ?? typeName(bytes.path === undefined ? '' : bytes.name);
  try {
    return await (format === 'parquet' ? parquetProposal(bytes, name) : textProposal(bytes, name, format, options));
  } catch (error) {
    throw naming(bytes, error);
  }
}

async function textProposal(
  bytes: ByteSource,
  name: string,
  format: 'csv' | 'ndjson',
  options: ProposeOptions,
): Promise<TypeProposal> {
  const guesses = await guessesOf(bytes, format, options);
  const names = columnNames(guesses.columns.map((guess) => guess.name));
  const columns = guesses.columns.map((guess, i): ProposedColumn => {
    const kind = guess.kind();
    return { from: guess.name, name: names[i]!, kind, optional: guess.isOptional, isUnique: guess.isUnique };
  });
  return proposalOf({ name, columns, records: guesses.records, broken: guesses.broken, isWhole: guesses.isWhole });
}

function guessesOf(bytes: ByteSource, format: 'csv' | 'ndjson', { csv, sample }: ProposeOptions): Promise<Guesses> {
  const recordsMax = sample === 'all' ? Infinity : (sample ?? SAMPLE_RECORDS);
  if (!(recordsMax > 0)) throw new WeftError('OPTION_INVALID', "proposeType: sample is a number of records, or 'all'.");
  return format === 'csv'
    ? csvGuesses(bytes, csvForm(csv, isTabbed(bytes.path)), recordsMax)
    : ndjsonGuesses(bytes, recordsMax);
}

/** The file's own schema. Whether a column is unique it does not say. */
async function parquetProposal(bytes: ByteSource, name: string): Promise<TypeProposal> {
  const opened = bytes.path === undefined ? await spooled(bytes, undefined) : bytes;
  try {
    const file = await openParquet(opened.path!);
    try {
      const names = columnNames(file.columns.map(({ element }) => element.name));
      const columns = file.columns.map(({ element, nested }, i): ProposedColumn => {
        if (nested !== undefined) throw nestedColumn(element.name, nested);
        const optional = element.repetition_type === 'OPTIONAL' && !isWhole(file.metadata, element.name);
        return {
          from: element.name,
          name: names[i]!,
          kind: kindOf(storedForm(element), element.name),
          optional,
          isUnique: false,
        };
      });
      const notes = file.columns.flatMap(({ element }) => noteOn(storedForm(element), element.name));
      return proposalOf({ name, columns, records: Number(file.metadata.num_rows), broken: 0, isWhole: true, notes });
    } finally {
      await file[Symbol.asyncDispose]();
    }
  } finally {
    await opened.close?.();
  }
}

/** Whether the statistics say that no row group lacks a value of the column. */
function isWhole({ row_groups }: FileMetaData, name: string): boolean {
  return row_groups.every(({ columns }) =>
    columns.some(
      ({ meta_data }) => meta_data?.path_in_schema[0] === name && Number(meta_data.statistics?.null_count ?? 1n) === 0,
    ),
  );
}

/** Digits of a decimal column at most. */
const DECIMAL_DIGITS_MAX = 18;

function isLongDecimal(form: StoredForm): boolean {
  return form.name === 'decimal' && form.precision > DECIMAL_DIGITS_MAX;
}

function noteOn(form: StoredForm, name: string): string[] {
  if (form.name !== 'decimal' || !isLongDecimal(form)) return [];
  return [
    `${JSON.stringify(name)} holds decimals of ${form.precision} digits, more than the ${DECIMAL_DIGITS_MAX} of t.decimal: ` +
      `proposed as text, which is exact. Where the values are shorter, declare t.decimal(${DECIMAL_DIGITS_MAX}, ${Math.min(form.scale, DECIMAL_DIGITS_MAX)}).`,
  ];
}

function kindOf(form: StoredForm, name: string): Kind {
  switch (form.name) {
    case 'integer':
      if (form.bits === 8 || (form.bits === 16 && form.isSigned)) return { name: 'int16' };
      return { name: form.bits === 64 || (form.bits === 32 && !form.isSigned) ? 'int64' : 'int32' };
    case 'float':
      return { name: form.bits === 64 ? 'float64' : 'float32' };
    case 'decimal':
      // A double would round it without a word.
      if (isLongDecimal(form)) return { name: 'string' };
      return { name: 'decimal', precision: form.precision, scale: form.scale };
    case 'timestamp':
      return form.isUtc
        ? { name: 'timestamp', as: form.perSecond === 1000 ? 'date' : 'micros' }
        : { name: 'localTimestamp' };
    case 'text':
      return { name: 'string' };
    case 'unsupported':
      throw new WeftError(
        'FILE_UNSUPPORTED',
        `Column ${JSON.stringify(name)} of the file holds values of a kind that Weft does not read (${form.what}).`,
      );
    default:
      return { name: form.name };
  }
}
