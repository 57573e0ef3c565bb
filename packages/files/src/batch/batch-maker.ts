import { must, WeftError } from '@weft/base';
import { gatherOf } from './gather-of.ts';
import type { FileBatch } from './file-batch.ts';
import type { Gather } from './gather.ts';
import { START, type Position } from './position.ts';
import { columnFor, type PlanColumn, type ReadPlan } from './read-plan.ts';
import { rawText, rejectOf, type Reject } from './reject.ts';

/** Where a record stands: bytes of the batch from and to, and lines of the batch before it. */
export interface RecordPlace {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** One column of the file: what gathers it, nothing where it is passed over. */
export interface FileColumn {
  readonly gather: Gather;
  readonly mayLack: boolean;
}

const PLACES = 1024;

/**
 * Makes batches out of records. A reader binds the file's columns, puts the values of a record into them at `row`, and then either
 * keeps the row or refuses the record.
 */
export class BatchMaker {
  readonly plan: ReadPlan;
  /** The row that is being put. */
  row = 0;
  #from: Position = START;
  #records = 0;
  #rejects: Reject[] = [];
  #starts = new Uint32Array(PLACES);
  #ends = new Uint32Array(PLACES);
  #lines = new Uint32Array(PLACES);
  #numbers = new Uint32Array(PLACES);
  readonly #bound = new Map<string, FileColumn>();
  readonly #rowNumber: Gather | undefined;

  constructor(plan: ReadPlan) {
    this.plan = plan;
    if (plan.rowNumber !== undefined)
      this.#rowNumber = this.#bind(must(columnNamed(plan, plan.rowNumber), 'the plan was checked')).gather;
  }

  /** Where the file goes on. */
  get position(): Position {
    return this.#from;
  }

  /** Begins elsewhere. No record of a batch may be there. */
  seek(position: Position): void {
    this.#from = position;
  }

  /** The column for a name in the file; `undefined` where it is passed over. Throws COLUMN_UNKNOWN, RECORD_INVALID. */
  bind(name: string): FileColumn | undefined {
    const column = columnFor(this.plan, name);
    if (column === undefined) return undefined;
    if (this.#bound.has(column.schema.name)) throw boundTwice(this.plan, column.schema.name, name);
    return this.#bind(column);
  }

  /** The required columns that no column of the file is bound to. */
  missing(): PlanColumn[] {
    return this.plan.columns.filter(({ schema, mayLack }) => !mayLack && !this.#bound.has(schema.name));
  }

  /** Keeps the row that was put. */
  keep(start: number, end: number, line: number): void {
    const { row } = this;
    if (row === this.#starts.length) this.#grow();
    this.#starts[row] = start;
    this.#ends[row] = end;
    this.#lines[row] = line;
    this.#numbers[row] = this.#records;
    if (this.#rowNumber !== undefined) this.#putNumber(this.#rowNumber, this.#from.records + this.#records);
    this.#records++;
    this.row++;
  }

  /** Keeps the rows that were put, a line each, into an empty batch. */
  keepAll(count: number): void {
    for (let line = 0; line < count; line++) this.keep(0, 0, line);
  }

  /** Says that the record is no row. Errors that are not ours pass. */
  refuse(error: unknown, column: FileColumn | undefined, bytes: Uint8Array, { start, end, line }: RecordPlace): void {
    this.refuseRaw(error, column, line, rawText(bytes, start, end));
  }

  refuseRaw(error: unknown, column: FileColumn | undefined, line: number, raw: string): void {
    const place = { line: this.#from.lines + line + 1, column: column?.gather.column.name, raw };
    this.#rejects.push(rejectOf(error, place));
    this.#records++;
  }

  /** What was gathered, with the bytes and lines that it takes in the file. */
  take(bytes: Uint8Array | undefined, byteCount: number, lines: number): FileBatch {
    const from = this.#from;
    const end = { bytes: from.bytes + byteCount, lines: from.lines + lines, records: from.records + this.#records };
    const batch: FileBatch = {
      rows: this.row,
      columns: [...this.#bound.values()].map(({ gather }) => gather.take(this.row)),
      rejects: this.#rejects,
      records: this.#records,
      end,
      places: {
        from,
        starts: this.#starts,
        ends: this.#ends,
        lines: this.#lines,
        records: this.#numbers,
        bytes,
      },
    };
    this.#begin(end);
    return batch;
  }

  #begin(from: Position): void {
    this.#from = from;
    this.row = this.#records = 0;
    this.#rejects = [];
    const places = this.#starts.length;
    this.#starts = new Uint32Array(places);
    this.#ends = new Uint32Array(places);
    this.#lines = new Uint32Array(places);
    this.#numbers = new Uint32Array(places);
  }

  #bind({ schema, mayLack }: PlanColumn): FileColumn {
    const bound = { gather: gatherOf(schema, this.plan.typeName), mayLack };
    this.#bound.set(schema.name, bound);
    return bound;
  }

  #putNumber(gather: Gather, number: number): void {
    const { kind } = gather.column;
    if (kind.name === 'int32' && number > INT32_MAX) throw tooManyRecords(this.plan, gather.column.name);
    gather.putValue(this.row, gather.column.kind.name === 'int64' ? BigInt(number) : number);
  }

  #grow(): void {
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
    this.#lines = doubled(this.#lines);
    this.#numbers = doubled(this.#numbers);
  }
}

const INT32_MAX = 0x7fff_ffff;

function tooManyRecords({ typeName }: ReadPlan, column: string): WeftError {
  return new WeftError(
    'VALUE_OUT_OF_RANGE',
    `${typeName}.${column}: the file has more records than an int32 can number.`,
    {
      hint: 'Declare the column as t.int64().',
    },
  );
}

function columnNamed({ columns }: ReadPlan, name: string): PlanColumn | undefined {
  return columns.find(({ schema }) => schema.name === name);
}

function boundTwice({ typeName }: ReadPlan, column: string, name: string): WeftError {
  const second = JSON.stringify(name.slice(0, 100));
  return new WeftError(
    'OPTION_INVALID',
    `${typeName}.${column}: two columns of the file go there, the second is ${second}.`,
    {
      hint: 'Name each column once in the header, or, where their names differ, pass one of them over with null in the option columns.',
    },
  );
}

function doubled(old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const wider = new Uint32Array(old.length * 2);
  wider.set(old);
  return wider;
}
