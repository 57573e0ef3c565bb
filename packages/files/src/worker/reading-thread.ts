/**
 * The thread that reads files. It runs AHEAD_BYTES_MAX ahead of the writer at most, or one batch: so the memory between the two is
 * bounded, however slow the writer, and the next row group is decoded while the last one is written.
 */
import { must, WeftError } from '@weft/base';
import { parentPort, workerData } from 'node:worker_threads';
import type { FileBatch } from '../batch/file-batch.ts';
import { readBatches, type ReadJob } from '../source/read-job.ts';
import { AHEAD_BYTES_MAX, bytesOfBatch } from './batch-bytes.ts';
import type { FromThread, ThreadData, ToThread } from './reading-protocol.ts';

const port = must(parentPort, 'the reading thread is a worker thread');
const { job } = workerData as ThreadData;

let aheadBytes = 0;
let granted: (() => void) | undefined;
port.on('message', (takenBytes: ToThread) => {
  aheadBytes -= takenBytes;
  granted?.();
});

try {
  await sendAll(job);
  port.postMessage({ kind: 'end' } satisfies FromThread);
} catch (error) {
  port.postMessage(failure(error));
}
// What listens keeps the thread alive.
port.close();

async function sendAll(reading: ReadJob): Promise<void> {
  for await (const batch of readBatches(reading)) {
    const bytes = bytesOfBatch(batch);
    while (aheadBytes > 0 && aheadBytes + bytes > AHEAD_BYTES_MAX)
      await new Promise<void>((resolve) => (granted = resolve));
    aheadBytes += bytes;
    const message: FromThread = { kind: 'batch', batch: owned(batch), bytes };
    port.postMessage(message, buffersOf(message.batch));
  }
}

/** The bytes of a batch are a part of a window that the reader goes on with: they are copied. */
function owned(batch: FileBatch): FileBatch {
  const { places } = batch;
  return {
    ...batch,
    places: { ...places, bytes: places.bytes === undefined ? undefined : new Uint8Array(places.bytes) },
  };
}

function buffersOf({ columns, places }: FileBatch): ArrayBuffer[] {
  const views: unknown[] = [places.starts, places.ends, places.lines, places.records, places.bytes];
  for (const { data, present } of columns) views.push(data, present);
  return views.flatMap((view) => (ArrayBuffer.isView(view) && view.buffer instanceof ArrayBuffer ? [view.buffer] : []));
}

function failure(error: unknown): FromThread {
  if (!WeftError.is(error))
    return { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const { code, message, hint, details } = error;
  return { kind: 'error', code, message, hint, details };
}
