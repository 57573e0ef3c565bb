/** The thread that encodes Parquet: row groups come in as columns of cells, bytes of the file go out. */
import { must } from '@weft/base';
import { parentPort, workerData } from 'node:worker_threads';
import { ParquetEncoder } from '../parquet/parquet-encoder.ts';
import type { EncodedBytes, EncodeRequest, EncoderData } from './writing-protocol.ts';

const port = must(parentPort, 'the writing thread is a worker thread');
const encoder = new ParquetEncoder((workerData as EncoderData).schema);

port.on('message', (request: EncodeRequest) => {
  if (request.kind === 'rows') {
    encoder.add(request.columns);
    return;
  }
  try {
    const bytes = request.kind === 'group' ? encoder.group() : encoder.end();
    port.postMessage({ bytes } satisfies EncodedBytes, [bytes.buffer]);
  } catch (error) {
    port.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies EncodedBytes);
  }
});
