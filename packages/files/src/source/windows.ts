import { WeftError } from '@weft/base';
import type { FileBatch } from '../batch/file-batch.ts';
import type { Position } from '../batch/position.ts';

/** Bytes of a record at most: some rows of ROW_BYTES_MAX as JSON or in quotes take several times their size. */
export const RECORD_BYTES_MAX = 64 * 1024 * 1024;

const LF = 10;

/** Reads records out of windows of a file's bytes. */
export interface WindowReader {
  readonly position: Position;
  readonly hasHeader: boolean;
  /** Goes on elsewhere, after the header was read. */
  seek(position: Position): void;
  /** Reads the header. Bytes it takes, −1 where it is not whole yet. */
  readHeader(bytes: Buffer, isLast: boolean): number;
  /** Reads the records that are whole. `bytes` belong to the batch afterwards. */
  readWindow(bytes: Buffer, isLast: boolean): FileBatch;
  /** Gives up the first line of a record that is too long, and says why. */
  skipRecord(bytes: Buffer, why: WeftError): FileBatch;
}

export interface WindowOptions {
  /** Bytes of a window: what is read in one turn. */
  readonly windowBytes: number;
  readonly recordBytesMax?: number | undefined;
  /** Where to go on. */
  readonly from?: Position | undefined;
  /** Whether bytes can be opened again, and from any place. */
  readonly isSeekable: boolean;
  /** The bytes behind some byte of the file. */
  open(fromByte: number): AsyncIterable<Uint8Array>;
}

/** All batches of a file of text. Memory: one window and one record. Throws what the reader does about the header. */
export async function* readWindows(reader: WindowReader, options: WindowOptions): AsyncGenerator<FileBatch, void> {
  const { from, isSeekable } = options;
  const isResumed = from !== undefined && from.bytes > 0;
  let queue = new ByteQueue(options.open(0));
  const headerLength = reader.hasHeader ? await headerBytes(reader, queue, options) : 0;
  if (!isResumed) queue.drop(headerLength);
  else {
    reader.seek(from);
    if (!isSeekable) await queue.discard(from.bytes);
    else {
      await queue.close();
      queue = new ByteQueue(options.open(from.bytes));
    }
  }
  yield* readRecords(reader, queue, options);
}

async function headerBytes(reader: WindowReader, queue: ByteQueue, options: WindowOptions): Promise<number> {
  const bytesMax = options.recordBytesMax ?? RECORD_BYTES_MAX;
  try {
    for (let want = options.windowBytes; ; want *= 2) {
      const isLast = await queue.fill(want);
      if (queue.length === 0) throw new WeftError('FILE_INVALID', 'The file is empty: it has not even a header.');
      const used = reader.readHeader(queue.peek(want), isLast && queue.length <= want);
      if (used >= 0) return used;
      if (queue.length > bytesMax)
        throw new WeftError('FILE_INVALID', `The first line is longer than RECORD_BYTES_MAX, ${bytesMax} bytes.`);
    }
  } catch (error) {
    await queue.close();
    throw error;
  }
}

async function* readRecords(
  reader: WindowReader,
  queue: ByteQueue,
  { windowBytes, recordBytesMax = RECORD_BYTES_MAX }: WindowOptions,
): AsyncGenerator<FileBatch, void> {
  try {
    let want = windowBytes;
    for (;;) {
      const isEnd = await queue.fill(want);
      if (queue.length === 0) return;
      const bytes = queue.peek(want);
      const isLast = isEnd && bytes.length === queue.length;
      const batch = reader.readWindow(bytes, isLast);
      const used = batch.end.bytes - batch.places.from.bytes;
      queue.drop(used);
      if (used > 0) {
        want = windowBytes;
        yield batch;
      } else if (isLast) return;
      else if (bytes.length < recordBytesMax) want = Math.min(want * 2, recordBytesMax);
      else {
        const skipped = reader.skipRecord(bytes, tooLong(recordBytesMax));
        const length = skipped.end.bytes - skipped.places.from.bytes;
        queue.drop(length);
        want = windowBytes;
        yield length < bytes.length || bytes.at(-1) === LF ? skipped : await withoutRest(skipped, reader, queue);
      }
    }
  } finally {
    await queue.close();
  }
}

/** Passes over the rest of a line whose begin was given up, however long it is: it is one record. */
async function withoutRest(skipped: FileBatch, reader: WindowReader, queue: ByteQueue): Promise<FileBatch> {
  const rest = await queue.dropLine();
  const { bytes, lines, records } = skipped.end;
  const end = { bytes: bytes + rest.bytes, lines: lines + rest.lines, records };
  reader.seek(end);
  return { ...skipped, end };
}

function tooLong(bytesMax: number): WeftError {
  return new WeftError(
    'RECORD_INVALID',
    `The record is longer than RECORD_BYTES_MAX, ${bytesMax} bytes; its first line is given up. Is there a quote that never closes?`,
  );
}

/** Bytes that came and are not used yet. */
class ByteQueue {
  #source: AsyncIterator<Uint8Array> | undefined;
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  get length(): number {
    return this.#length;
  }

  /** Waits for so many bytes. Whether the source has ended. */
  async fill(bytes: number): Promise<boolean> {
    while (this.#source !== undefined && this.#length < bytes) {
      const step = await this.#source.next();
      if (step.done === true) this.#source = undefined;
      else if (step.value.length > 0) {
        this.#pieces.push(step.value);
        this.#length += step.value.length;
      }
    }
    return this.#source === undefined;
  }

  /** The first bytes in one piece, as many as there are up to a number. */
  peek(bytes: number): Buffer {
    const [first] = this.#pieces;
    if (first === undefined) return Buffer.alloc(0);
    if (first.length < bytes && this.#pieces.length > 1) {
      const joined = Buffer.concat(this.#pieces);
      this.#pieces = [joined];
      return joined.subarray(0, bytes);
    }
    return Buffer.from(first.buffer, first.byteOffset, Math.min(first.length, bytes));
  }

  /** Forgets the first bytes, which are in the first piece: `peek` has put them there. */
  drop(bytes: number): void {
    const [first] = this.#pieces;
    if (first === undefined) return;
    this.#length -= bytes;
    if (bytes === first.length) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(bytes);
  }

  /** Forgets everything up to the next line end, waiting for it. How much that was. */
  async dropLine(): Promise<{ readonly bytes: number; readonly lines: number }> {
    for (let bytes = 0; ;) {
      await this.fill(1);
      const [first] = this.#pieces;
      if (first === undefined) return { bytes, lines: 0 };
      const found = first.indexOf(LF);
      const dropped = found < 0 ? first.length : found + 1;
      this.drop(dropped);
      bytes += dropped;
      if (found >= 0) return { bytes, lines: 1 };
    }
  }

  /** Waits for bytes and forgets them. */
  async discard(bytes: number): Promise<void> {
    for (let left = bytes; left > 0;) {
      if ((await this.fill(1)) && this.#length === 0) return;
      const dropped = Math.min(left, this.#pieces[0]!.length);
      this.drop(dropped);
      left -= dropped;
    }
  }

  /** Lets go of the source where it has not ended. */
  async close(): Promise<void> {
    const source = this.#source;
    this.#source = undefined;
    await source?.return?.();
  }
}
