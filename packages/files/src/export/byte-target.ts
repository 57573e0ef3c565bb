import { WeftError } from '@weft/base';
import { open, rename, rm } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pathOf, unreadable } from '../source/byte-source.ts';
import { untilAborted } from '../source/until-aborted.ts';

/** Where rows go: the path or URL of a file, or a stream. A stream is not ended: the caller may have more to say. */
export type ExportTarget = string | URL | Writable | WritableStream<Uint8Array>;

/** Takes bytes, and holds back whoever writes faster than they go. */
export interface ByteTarget {
  /** Throws FILE_UNREADABLE, ABORTED. */
  write(bytes: Uint8Array): Promise<void>;
  /** All bytes are there. */
  finish(): Promise<void>;
  /** Leaves nothing half done. */
  abandon(): Promise<void>;
}

/** Throws FILE_UNREADABLE, OPTION_INVALID. */
export async function byteTarget(target: ExportTarget, signal: AbortSignal | undefined): Promise<ByteTarget> {
  const path = pathOf(target);
  if (path !== undefined) return fileTarget(path, signal);
  if (target instanceof Writable) return nodeTarget(target, signal);
  if (typeof target === 'object' && target !== null && 'getWriter' in target) return webTarget(target, signal);
  throw new WeftError('OPTION_INVALID', 'A target of rows is a path, the URL of a file, or a stream that takes bytes.');
}

/** The file appears under its name when it is whole. */
async function fileTarget(path: string, signal: AbortSignal | undefined): Promise<ByteTarget> {
  const partial = `${path}.partial`;
  const failed = (error: unknown): never => {
    throw unreadable(path, error);
  };
  const handle = await open(partial, 'w').catch(failed);
  return {
    async write(bytes) {
      checkAborted(signal);
      await handle.writeFile(bytes).catch(failed);
    },
    async finish() {
      await handle.close();
      await rename(partial, path).catch(failed);
    },
    async abandon() {
      await handle.close();
      await rm(partial, { force: true });
    },
  };
}

function nodeTarget(stream: Writable, signal: AbortSignal | undefined): ByteTarget {
  // A stream that breaks says so twice: to its write, which ends the export, and as an event, which would end the process. The
  // event may come after the export has failed, so the listener stays then.
  const heard = (): void => {};
  stream.on('error', heard);
  return {
    async write(bytes) {
      checkAborted(signal);
      const done = new Promise<void>((resolve, reject) => {
        stream.write(bytes, (error) => (error ? reject(unreadable('the stream', error)) : resolve()));
      });
      await untilAborted(done, signal);
    },
    finish() {
      stream.off('error', heard);
      return Promise.resolve();
    },
    abandon: () => Promise.resolve(),
  };
}

function webTarget(stream: WritableStream<Uint8Array>, signal: AbortSignal | undefined): ByteTarget {
  const writer = stream.getWriter();
  const release = (): Promise<void> => {
    writer.releaseLock();
    return Promise.resolve();
  };
  return {
    async write(bytes) {
      checkAborted(signal);
      await untilAborted(writer.ready, signal);
      await untilAborted(writer.write(bytes), signal).catch((error: unknown) => {
        throw WeftError.is(error) ? error : unreadable('the stream', error);
      });
    },
    finish: release,
    abandon: release,
  };
}

function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true)
    throw new WeftError('ABORTED', 'The export was stopped by its signal.', { cause: signal.reason });
}
