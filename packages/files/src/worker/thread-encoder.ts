import { WeftError } from '@weft/base';
import type { SchemaElement } from 'hyparquet';
import { Worker } from 'node:worker_threads';
import type { EncodedBytes, EncodeRequest, EncoderData } from './writing-protocol.ts';

/** Encodes Parquet in a thread of its own, one row group at a time. */
export class ThreadEncoder {
  readonly #worker: Worker;
  #answer: { resolve(bytes: Uint8Array): void; reject(error: unknown): void } | undefined;

  constructor(schema: readonly SchemaElement[]) {
    const url = threadUrl();
    this.#worker = new Worker(url, {
      workerData: { schema } satisfies EncoderData,
      execArgv: url.pathname.endsWith('.ts') ? ['--conditions=source'] : [],
    });
    this.#worker.on('message', (answer: EncodedBytes) => {
      if (answer.error === undefined) this.#answer?.resolve(answer.bytes);
      else
        this.#answer?.reject(
          new WeftError('FILE_UNSUPPORTED', `The rows do not go into a Parquet file: ${answer.error}.`),
        );
    });
    this.#worker.on('error', (error) => this.#answer?.reject(error));
    this.#worker.on('exit', () => this.#answer?.reject(new Error('the thread that encodes Parquet ended early')));
  }

  /** Hands rows over. Few at a time: copying them is work of this thread. */
  rows(columns: readonly (readonly unknown[])[]): void {
    this.#worker.postMessage({ kind: 'rows', columns } satisfies EncodeRequest);
  }

  group(): Promise<Uint8Array> {
    return this.#ask({ kind: 'group' });
  }

  end(): Promise<Uint8Array> {
    return this.#ask({ kind: 'end' });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #ask(request: EncodeRequest): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#answer = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }
}

/** The same module as source and as build. */
function threadUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./writing-thread.ts', import.meta.url);
  return new URL('./writing-thread.js', import.meta.url);
}
