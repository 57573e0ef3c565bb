import { WeftError } from '@weft/base';
import type { Space } from '@weft/client';
import type { AnyType } from '@weft/data';
import { positionBefore, type FileBatch } from '../batch/file-batch.ts';
import { START, type Position } from '../batch/position.ts';
import { readPlan } from '../batch/read-plan.ts';
import { rawText, rejectOf, type Reject } from '../batch/reject.ts';
import { csvForm } from '../csv/csv-form.ts';
import { byteSource, type ByteSource, type ImportSource } from '../source/byte-source.ts';
import { naming } from '../source/named-file.ts';
import { readBatches, type ReadJob } from '../source/read-job.ts';
import { spooled } from '../source/spool.ts';
import { untilAborted } from '../source/until-aborted.ts';
import { readInThread } from '../worker/thread-reader.ts';
import { writeInto } from './batch-sink.ts';
import {
  checkImportOptions,
  formatOf,
  isTabbed,
  type ImportOptions,
  type ImportProgress,
  type ImportResult,
} from './import-options.ts';
import { isPosition, ProgressFile } from './progress-file.ts';
import { RejectsFile } from './rejects-file.ts';

/** Files from this size on are read in a thread of their own; starting one takes some 50 ms. */
const THREAD_BYTES_MIN = 4 * 1024 * 1024;
/** What is parsed in one turn: here it shares the thread with all else, there it has its own. */
const WINDOW_BYTES = { here: 16 * 1024, thread: 1024 * 1024 } as const;
const BATCH_ROWS = { here: 512, thread: 16_384 } as const;
/** Milliseconds between two reports of progress. */
const PROGRESS_MS = 200;

/**
 * Reads rows from a file or stream into a space. Broken records are counted and kept aside, the others are written. Memory is
 * bounded, whatever the size of the source and the speed of the space.
 *
 * Throws OPTION_INVALID, COLUMN_UNKNOWN, VALUE_MISSING before anything is written; FILE_UNREADABLE, FILE_INVALID, FILE_UNSUPPORTED,
 * REJECTS_LIMIT, MEMORY_LIMIT, ABORTED, CLOSED with `details` of what was done and of the position, which `resume` takes.
 * @example const { written, rejected } = await importRows(flights, 'flights.csv', { rejects: 'rejects.ndjson' });
 */
export async function importRows<T extends AnyType>(
  space: Space<T>,
  source: ImportSource,
  options: ImportOptions = {},
): Promise<ImportResult> {
  checkImportOptions(options);
  const plan = readPlan(space.type.schema, options);
  const bytes = await byteSource(source);
  const format = formatOf(options.format, bytes.path);
  const csv = csvForm(options.csv, isTabbed(bytes.path));
  const progress = progressFile(space.type.name, bytes, options.resume);
  const from = progress === undefined ? positionIn(options.resume) : await noted(space, progress);
  const run = new ImportRun(space as unknown as Space<AnyType>, options, {
    from,
    file: bytes,
    progress,
  });
  const opened = format === 'parquet' && bytes.path === undefined ? await spooled(bytes, options.signal) : bytes;
  try {
    const isThread = isInThread(opened, format, options.thread);
    const speed = isThread ? 'thread' : 'here';
    const job: ReadJob = {
      format,
      csv,
      plan,
      path: opened.path,
      from,
      windowBytes: WINDOW_BYTES[speed],
      batchRows: BATCH_ROWS[speed],
    };
    return await run.all(isThread ? readInThread(job) : readBatches(job, opened));
  } finally {
    await opened.close?.();
  }
}

/** Where to go on. Rows are in memory: where there are none, the process that noted the position took them with it. */
async function noted<T extends AnyType>(space: Space<T>, progress: ProgressFile): Promise<Position> {
  const position = await progress.read();
  return position.records > 0 && (await space.count()) === 0 ? START : position;
}

/** Where an import that ended with this error can go on; `undefined` for errors of other kinds. */
export function positionOf(error: unknown): Position | undefined {
  if (!WeftError.is(error)) return undefined;
  const { bytes, lines, records } = error.details;
  const position = { bytes, lines, records };
  return isPosition(position) ? position : undefined;
}

class ImportRun {
  readonly #space: Space<AnyType>;
  readonly #options: ImportOptions;
  readonly #file: ByteSource;
  readonly #progress: ProgressFile | undefined;
  readonly #rejectsFile: RejectsFile | undefined;
  #rejects: Reject[] = [];
  #read = 0;
  #written = 0;
  #rejected = 0;
  #position: Position;
  #reportedMs = 0;

  constructor(
    space: Space<AnyType>,
    options: ImportOptions,
    {
      from = START,
      file,
      progress,
    }: { from?: Position | undefined; file: ByteSource; progress: ProgressFile | undefined },
  ) {
    this.#space = space;
    this.#options = options;
    this.#file = file;
    this.#progress = progress;
    this.#position = from;
    if (options.rejects !== undefined) this.#rejectsFile = new RejectsFile(options.rejects);
  }

  async all(batches: AsyncGenerator<FileBatch, void>): Promise<ImportResult> {
    try {
      for (;;) {
        const step = await untilAborted(batches.next(), this.#options.signal);
        if (step.done === true) break;
        await this.#write(step.value);
      }
      await this.#progress?.remove();
      this.#report(true);
      return this.#result();
    } catch (error) {
      await this.#keepProgress();
      throw this.#stopped(naming(this.#file, error));
    } finally {
      // A source that hangs would hang here too.
      batches.return().catch(() => undefined);
      await this.#rejectsFile?.close();
    }
  }

  async #write(batch: FileBatch): Promise<void> {
    const { signal, onConflict = 'replace' } = this.#options;
    this.#rejects.push(...batch.rejects);
    const onRefused = (row: number, error: WeftError): void => void this.#rejects.push(refusedRow(batch, row, error));
    const { written, done, error } = await writeInto(this.#space, batch, { onConflict, signal, onRefused });
    this.#written += written;
    // Rejects of a batch are told with its end; where it was stopped they are met again.
    if (error !== undefined) {
      this.#position = positionBefore(batch, done);
      throw error;
    }
    this.#read += batch.records;
    this.#position = batch.end;
    await this.#tellRejects();
    await this.#progress?.note(this.#position);
    this.#report(false);
  }

  async #tellRejects(): Promise<void> {
    const rejects = this.#rejects.toSorted((left, right) => left.line - right.line);
    this.#rejects = [];
    this.#rejected += rejects.length;
    await this.#rejectsFile?.append(rejects);
    for (const reject of rejects) this.#options.onReject?.(reject);
    const { maxRejects = Infinity } = this.#options;
    if (this.#rejected <= maxRejects) return;
    throw new WeftError(
      'REJECTS_LIMIT',
      `The import into ${this.#space.type.name} met ${this.#rejected} broken records; maxRejects is ${maxRejects}.${firstOf(rejects)}`,
    );
  }

  #report(isEnd: boolean): void {
    const { onProgress } = this.#options;
    const nowMs = performance.now();
    if (onProgress === undefined || (!isEnd && nowMs - this.#reportedMs < PROGRESS_MS)) return;
    this.#reportedMs = nowMs;
    onProgress({ ...this.#counts(), position: this.#position, sizeBytes: this.#file.sizeBytes });
  }

  #counts(): Pick<ImportProgress, 'read' | 'written' | 'rejected'> {
    return { read: this.#read, written: this.#written, rejected: this.#rejected };
  }

  #result(): ImportResult {
    return { ...this.#counts(), position: this.#position };
  }

  async #keepProgress(): Promise<void> {
    // The error that stopped the import says more than one about this file.
    await this.#progress?.note(this.#position, true).catch(() => undefined);
  }

  #stopped(error: unknown): unknown {
    if (!WeftError.is(error)) return error;
    return new WeftError(error.code, error.message, {
      details: { ...error.details, ...this.#counts(), ...this.#position },
      hint: error.hint,
      cause: error.cause ?? error,
    });
  }
}

function refusedRow({ places }: FileBatch, row: number, error: WeftError): Reject {
  const { from, lines, starts, ends, bytes } = places;
  const raw = bytes === undefined ? '' : rawText(bytes, starts[row]!, ends[row]!).replace(/\r?\n$/, '');
  return rejectOf(error, { line: from.lines + lines[row]! + 1, column: undefined, raw });
}

function firstOf([first]: readonly Reject[]): string {
  return first === undefined ? '' : ` Line ${first.line}: ${first.message}`;
}

function progressFile(type: string, bytes: ByteSource, resume: ImportOptions['resume']): ProgressFile | undefined {
  if (typeof resume !== 'string' && !(resume instanceof URL)) return undefined;
  return new ProgressFile(resume, { type, source: bytes.name, sizeBytes: bytes.sizeBytes });
}

function positionIn(resume: ImportOptions['resume']): Position | undefined {
  if (resume === undefined || isPosition(resume)) return resume;
  throw new WeftError(
    'OPTION_INVALID',
    'importRows: resume is a position { bytes, lines, records }, or the path of a progress file.',
  );
}

function isInThread({ path, sizeBytes }: ByteSource, format: string, wish: boolean | undefined): boolean {
  // A pipe that has a path can be read once: whoever opens it must be the one to read it.
  if (path === undefined || sizeBytes === undefined) return false;
  return wish ?? (format === 'parquet' || sizeBytes >= THREAD_BYTES_MIN);
}
