/**
 * A directory for one owner, as the journal and snapshots need it: every call is asynchronous, and nothing that was written will
 * outlast a crash before its `sync` (for bytes) or `syncDirectory` (for names) has resolved.
 *
 * Paths are relative to that directory, with `/` between names. Every call may reject with a `DiskFault`.
 */
export interface Disk {
  /** What a user calls a path of this disk: for messages. */
  locate(path: string): string;
  /** Names in a directory, sorted; none where there is no such directory. */
  list(directory: string): Promise<string[]>;
  /** Makes a directory and those above it; not an error where it is there. */
  makeDirectory(path: string): Promise<void>;
  /** A new empty file; one of that name is emptied. */
  create(path: string, mode?: WriteMode): Promise<DiskFile>;
  /** A file that is there: `missing` where it is not. */
  open(path: string, mode: 'read' | WriteMode): Promise<DiskFile>;
  /** Takes the place of a file of the new name. */
  rename(from: string, to: string): Promise<void>;
  /** Not an error where the file is not there. */
  remove(path: string): Promise<void>;
  /** Names that were made, changed or removed in a directory outlast a crash from here on. */
  syncDirectory(path: string): Promise<void>;
}

/** `write-through`: who writes will sync each time, before anything else; a disk that can do both in one may do so, and the `sync` is nothing then. */
export type WriteMode = 'write' | 'write-through';

/** One open file. Calls for one file are made one after another, but for `read`, and `sync`, which may go on beside writes. */
export interface DiskFile {
  size(): Promise<number>;
  /** Fills `target` from `at` on; bytes read, fewer only at the end of the file. */
  read(at: number, target: Uint8Array): Promise<number>;
  /** Writes all of `bytes`, which the caller leaves alone meanwhile. After a fault some of them may be in the file. */
  write(at: number, bytes: Uint8Array): Promise<void>;
  /** What had been written before the call outlasts a crash once this has resolved. After a fault nothing is known of any of it: write another file. */
  sync(): Promise<void>;
  /** Cuts the file, or lengthens it with zeros. */
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** `full`: no space, or over a quota; `missing`: no such file; `denied`: rights, or a read-only disk; `failed`: all else. */
export type DiskFaultKind = 'full' | 'missing' | 'denied' | 'failed';

/** What a disk could not do. */
export class DiskFault extends Error {
  override readonly name = 'DiskFault';
  readonly kind: DiskFaultKind;
  readonly path: string;

  constructor(kind: DiskFaultKind, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.path = path;
  }

  static is(error: unknown, kind?: DiskFaultKind): error is DiskFault {
    return error instanceof DiskFault && (kind === undefined || error.kind === kind);
  }
}

/** CRC-32 of the bytes between `start` and `end`; `before`: that of bytes in front of them, which they continue. */
export type Checksum = (bytes: Uint8Array, start: number, end: number, before?: number) => number;
