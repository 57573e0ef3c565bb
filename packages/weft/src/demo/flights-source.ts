import { Worker } from 'node:worker_threads';
import { UnsuitableError } from '../cli/failure.ts';
import type { FlightBlock } from './flight-block.ts';
import type { FlightsWorkerData } from './flights-worker.ts';

/** Blocks that may lie ready at once, in the queue or on their way. One is some 270,000 flights or 4.4 MB. */
const BLOCKS_AHEAD_MAX = 2;

/**
 * Decoding a row group leaves 60 MB of short-lived objects behind. Without a bound the reader's heap grows to 500 MB
 * before V8 cleans it up; with half of these figures it runs out of memory.
 */
const READER_LIMITS = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 192 };

/** Flights as they come out of the reading thread, without an end. */
export class FlightsSource implements AsyncDisposable {
  readonly #worker: Worker;
  readonly #ready: FlightBlock[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** `rows`: flights in one lap of the file. */
  constructor(rows: number) {
    const workerData: FlightsWorkerData = { rows, credits: BLOCKS_AHEAD_MAX };
    this.#worker = startWorker(workerData);
    this.#worker.on('message', (block: FlightBlock) => this.#settle(() => this.#ready.push(block)));
    this.#worker.on('error', (error: unknown) => this.#settle(() => (this.#failure = asError(error))));
    this.#worker.on('exit', () =>
      this.#settle(() => (this.#failure ??= new Error('the thread that reads the flights ended'))),
    );
  }

  /** The next block, as soon as there is one; undefined when the signal fires first. One caller at a time. */
  async next(signal: AbortSignal): Promise<FlightBlock | undefined> {
    const onAbort = (): void => this.#settle(() => undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (this.#ready.length === 0 && this.#failure === undefined && !signal.aborted)
        await new Promise<void>((resolve) => (this.#wake = resolve));
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    if (signal.aborted) return undefined;
    const block = this.#ready.shift();
    if (block === undefined) throw this.#failure;
    this.#worker.postMessage('one more');
    return block;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(change: () => unknown): void {
    change();
    this.#wake?.();
    this.#wake = undefined;
  }
}

function startWorker(workerData: FlightsWorkerData): Worker {
  try {
    return new Worker(workerUrl(), { workerData, resourceLimits: READER_LIMITS });
  } catch (error) {
    throw asError(error);
  }
}

/** The same module as source and as build. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./flights-worker.ts', import.meta.url);
  return new URL('./flights-worker.js', import.meta.url);
}

/** What Node says when a thread gets too little memory to start or to go on. */
const NO_MEMORY_CODES: readonly unknown[] = ['ERR_WORKER_OUT_OF_MEMORY', 'ERR_WORKER_INIT_FAILED'];

function asError(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (!NO_MEMORY_CODES.includes((error as NodeJS.ErrnoException).code)) return error;
  return new UnsuitableError(
    'the thread that reads the flights got too little memory',
    'raise the limit on memory or addresses (ulimit -v) of this shell or container',
  );
}
