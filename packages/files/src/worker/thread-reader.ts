import { WeftError } from '@weft/base';
import { Decimal, type BatchColumn } from '@weft/data';
import { Worker } from 'node:worker_threads';
import type { FileBatch } from '../batch/file-batch.ts';
import type { ReadJob } from '../source/read-job.ts';
import type { FromThread, ThreadData, ToThread } from './reading-protocol.ts';
import { SharedTexts } from './shared-texts.ts';

/**
 * V8's heap of the reading thread: the dictionaries of a row group of Parquet are in it as JavaScript values. A damaged file that claims
 * to be enormous ends at this bound instead of taking the process with it.
 */
const HEAP_MB_MAX = 2048;
/** Rows leave many short-lived values behind; a wider nursery collects them more seldom. */
const NURSERY_MB = 64;

/** Reads a file in a thread of its own. `return()` ends the thread. */
export async function* readInThread(job: ReadJob, heapMbMax = HEAP_MB_MAX): AsyncGenerator<FileBatch, void> {
  const reader = new ThreadReader(job, heapMbMax);
  try {
    for (;;) {
      const batch = await reader.next();
      if (batch === undefined) return;
      yield batch;
    }
  } finally {
    await reader.close();
  }
}

class ThreadReader {
  readonly #worker: Worker;
  readonly #ready: { readonly batch: FileBatch; readonly bytes: number }[] = [];
  readonly #decimals: ReadonlySet<number>;
  readonly #texts = new SharedTexts();
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(job: ReadJob, heapMbMax: number) {
    this.#decimals = new Set(
      job.plan.columns.filter(({ schema: { kind } }) => hasDecimals(kind)).map(({ schema }) => schema.ordinal),
    );
    const workerData: ThreadData = { job };
    this.#worker = new Worker(threadUrl(), {
      workerData,
      execArgv: threadUrl().pathname.endsWith('.ts') ? ['--conditions=source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: heapMbMax, maxYoungGenerationSizeMb: NURSERY_MB },
    });
    this.#worker.on('message', (message: FromThread) => this.#take(message));
    this.#worker.on('error', (error) => this.#finish(threadError(error)));
    this.#worker.on('exit', () => this.#finish(new Error('the thread that reads the file ended early')));
  }

  async next(): Promise<FileBatch | undefined> {
    while (this.#ready.length === 0 && this.#end === undefined)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    const taken = this.#ready.shift();
    if (taken !== undefined) {
      this.#worker.postMessage(taken.bytes satisfies ToThread);
      return this.#revived(taken.batch);
    }
    if (this.#end?.error !== undefined) throw this.#end.error;
    return undefined;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(message: FromThread): void {
    switch (message.kind) {
      case 'batch':
        this.#ready.push(message);
        this.#wake?.();
        break;
      case 'end':
        this.#finish(undefined);
        break;
      case 'error':
        this.#finish(new WeftError(message.code, message.message, { hint: message.hint, details: message.details }));
        break;
      default:
        this.#finish(new Error(message.message));
    }
  }

  #finish(error: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#wake?.();
  }

  /** Between threads objects of a class lose it. */
  #revived(batch: FileBatch): FileBatch {
    const columns = batch.columns.map((column) =>
      this.#decimals.has(column.ordinal) ? revivedColumn(column) : this.#texts.shared(column),
    );
    return { ...batch, columns };
  }
}

function hasDecimals(kind: ReadJob['plan']['columns'][number]['schema']['kind']): boolean {
  return kind.name === 'decimal' || (kind.name === 'array' && kind.element.name === 'decimal');
}

function revivedColumn(column: BatchColumn): BatchColumn {
  if (column.values !== undefined) return { ...column, values: column.values.map(revivedValue) };
  return { ...column, data: Array.from(column.data, revivedValue) };
}

function revivedValue(value: unknown): unknown {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.map(revivedValue);
  const { unscaled, scale } = value as Decimal;
  return new Decimal(unscaled, scale);
}

/** The same module as source and as build. */
function threadUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./reading-thread.ts', import.meta.url);
  return new URL('./reading-thread.js', import.meta.url);
}

function threadError(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException | undefined)?.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new WeftError(
    'FILE_INVALID',
    'The file is damaged, or a row group of it is too large: reading it took more memory than the reading thread may have.',
    { hint: 'Write the file with smaller row groups.', cause: error },
  );
}
