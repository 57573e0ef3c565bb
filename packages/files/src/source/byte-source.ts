import { WeftError } from '@weft/base';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where rows come from: the path or URL of a file, or bytes as they come. */
export type ImportSource =
  | string
  | URL
  | AsyncIterable<Uint8Array | string>
  | Iterable<Uint8Array | string>
  | ReadableStream<Uint8Array>;

/** A source of bytes, opened when it is read. */
export interface ByteSource {
  /** For messages. */
  readonly name: string;
  /** Of a file. */
  readonly path: string | undefined;
  readonly sizeBytes: number | undefined;
  /** The bytes from one on. What is no file can be opened once. Throws FILE_UNREADABLE. */
  open(fromByte: number, pieceBytes: number): AsyncIterable<Uint8Array>;
  /** Lets go of what it holds beside. */
  close?(): Promise<void>;
}

/** Throws FILE_UNREADABLE, OPTION_INVALID. */
export async function byteSource(source: ImportSource): Promise<ByteSource> {
  const path = pathOf(source);
  if (path !== undefined) return fileSource(path);
  if (isIterable(source)) return streamSource(source);
  throw new WeftError(
    'OPTION_INVALID',
    `A source of rows is a path, the URL of a file, or a stream of bytes, not ${source === null ? 'null' : typeof source}.`,
  );
}

/** The path of what names a file. Throws OPTION_INVALID for other URLs. */
export function pathOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (!(source instanceof URL)) return undefined;
  if (source.protocol === 'file:') return fileURLToPath(source);
  throw new WeftError('OPTION_INVALID', `Only file: URLs are read and written, not ${source.protocol}`, {
    hint: 'Pass the body of a fetch as a stream.',
  });
}

async function fileSource(path: string): Promise<ByteSource> {
  const found = await stat(path).catch((error: unknown) => {
    if (/[\r\n]/.test(path)) throw textForPath();
    throw unreadable(path, error);
  });
  if (found.isDirectory()) throw new WeftError('FILE_UNREADABLE', `${basename(path)} is a folder, not a file.`);
  // A pipe or a device has no size that says anything.
  const sizeBytes = found.isFile() ? found.size : undefined;
  return {
    name: basename(path),
    path,
    sizeBytes,
    open: (from, pieceBytes) =>
      found.isFile() ? filePieces(path, from, pieceBytes) : streamPieces(pipePieces(path, pieceBytes), from),
  };
}

/** Never shows the text: it is rows. */
function textForPath(): WeftError {
  return new WeftError('OPTION_INVALID', 'A string names a file, and no file has this name, which is several lines.', {
    hint: 'To read the text itself, pass it as a stream: [text].',
  });
}

async function* filePieces(path: string, from: number, pieceBytes: number): AsyncGenerator<Uint8Array, void> {
  const handle = await openFile(path);
  try {
    for (let at = from; ;) {
      const piece = await readPiece(handle, path, pieceBytes, at);
      if (piece.length === 0) return;
      at += piece.length;
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

/** A pipe or device is read where it stands: it knows no places. */
async function* pipePieces(path: string, pieceBytes: number): AsyncGenerator<Uint8Array, void> {
  const handle = await openFile(path);
  try {
    for (;;) {
      const piece = await readPiece(handle, path, pieceBytes, null);
      if (piece.length === 0) return;
      yield piece;
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle, path: string, bytes: number, at: number | null): Promise<Uint8Array> {
  const { bytesRead, buffer } = await handle
    .read(Buffer.allocUnsafeSlow(bytes), 0, bytes, at)
    .catch((error: unknown) => {
      throw unreadable(path, error);
    });
  return buffer.subarray(0, bytesRead);
}

/** Opens a file for reading. Throws FILE_UNREADABLE. */
export function openFile(path: string): Promise<FileHandle> {
  return open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

function streamSource(source: AsyncIterable<unknown> | Iterable<unknown>): ByteSource {
  let isOpened = false;
  return {
    name: 'the stream',
    path: undefined,
    sizeBytes: undefined,
    open(from) {
      if (isOpened) throw new WeftError('FILE_UNREADABLE', 'A stream can be read once only.');
      isOpened = true;
      return streamPieces(source, from);
    },
  };
}

async function* streamPieces(
  source: AsyncIterable<unknown> | Iterable<unknown>,
  from: number,
): AsyncGenerator<Uint8Array, void> {
  let skip = from;
  for await (const piece of guarded(source)) {
    const bytes = bytesOf(piece);
    if (skip >= bytes.length) skip -= bytes.length;
    else {
      yield skip === 0 ? bytes : bytes.subarray(skip);
      skip = 0;
    }
  }
}

/** What the stream itself throws is told as such. */
async function* guarded(source: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<unknown, void> {
  try {
    yield* source;
  } catch (error) {
    throw WeftError.is(error) ? error : unreadable('the stream', error);
  }
}

function bytesOf(piece: unknown): Uint8Array {
  if (piece instanceof Uint8Array) return piece;
  if (typeof piece === 'string') return Buffer.from(piece);
  throw new WeftError('OPTION_INVALID', `A stream of rows yields Uint8Array or string, not ${typeof piece}.`);
}

function isIterable(source: unknown): source is AsyncIterable<unknown> | Iterable<unknown> {
  return typeof source === 'object' && source !== null && (Symbol.asyncIterator in source || Symbol.iterator in source);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'access is denied',
  EPERM: 'access is denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EMFILE: 'too many files are open',
};

export function unreadable(path: string, error: unknown): WeftError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const reason = REASONS[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
  return new WeftError('FILE_UNREADABLE', `${basename(path)} cannot be read or written: ${reason}.`, { cause: error });
}
