import { WeftError } from '@weft/base';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { unreadable, type ByteSource } from './byte-source.ts';

/** A source that lies in a file of the temporary folder until it is closed. */
export interface SpooledSource extends ByteSource {
  close(): Promise<void>;
}

const PIECE_BYTES = 256 * 1024;

/** Puts a stream into a file: Parquet begins at its end. Throws FILE_UNREADABLE, ABORTED by the signal. */
export async function spooled(source: ByteSource, signal: AbortSignal | undefined): Promise<SpooledSource> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-'));
  const path = join(folder, 'spooled');
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(source.open(0, PIECE_BYTES), createWriteStream(path), signal === undefined ? {} : { signal });
    const { size } = await stat(path);
    return { ...source, path, sizeBytes: size, close };
  } catch (error) {
    await close();
    if (signal?.aborted === true)
      throw new WeftError('ABORTED', 'The reading of the stream was stopped by its signal.', { cause: signal.reason });
    throw unreadable(source.name, error);
  }
}
