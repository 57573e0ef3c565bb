import { close, constants, fdatasync, fstat, ftruncate, open as openFile, read, write } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve as absolute } from 'node:path';
import { DiskFault, type Disk, type DiskFaultKind, type DiskFile, type WriteMode } from '@weft/base';
import { makeDirectories } from './make-directories.ts';

const { O_CREAT, O_RDONLY, O_RDWR, O_TRUNC } = constants;
/** Not everywhere. */
const O_DSYNC: number | undefined = constants.O_DSYNC;

/**
 * A directory of the file system. Faults name whole paths. Before a name in it is made, changed or removed, `guard` may throw that the path is
 * not of that directory any more; files that are open go on where they are.
 */
export class NodeDisk implements Disk {
  readonly #root: string;
  readonly #guard: () => Promise<void>;

  constructor(root: string, guard: () => Promise<void> = () => Promise.resolve()) {
    this.#root = absolute(root);
    this.#guard = guard;
  }

  locate(path: string): string {
    return join(this.#root, path);
  }

  list(directory: string): Promise<string[]> {
    return guarded(this.locate(directory), async () => {
      try {
        return (await readdir(this.locate(directory))).toSorted();
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return [];
        throw error;
      }
    });
  }

  makeDirectory(path: string): Promise<void> {
    return guarded(this.locate(path), async () => {
      await this.#guard();
      await makeDirectories(this.locate(path));
    });
  }

  async create(path: string, mode: WriteMode = 'write'): Promise<DiskFile> {
    await this.#guard();
    return this.#open(path, mode, O_CREAT | O_TRUNC);
  }

  open(path: string, mode: 'read' | WriteMode): Promise<DiskFile> {
    return this.#open(path, mode);
  }

  #open(path: string, mode: 'read' | WriteMode, how = 0): Promise<DiskFile> {
    const place = this.locate(path);
    const isThrough = mode === 'write-through' && O_DSYNC !== undefined;
    const flags = how | (mode === 'read' ? O_RDONLY : O_RDWR) | (isThrough ? O_DSYNC : 0);
    return new Promise((resolve, reject) => {
      const opened = (error: NodeJS.ErrnoException | null, fd: number): void =>
        error === null ? resolve(new NodeFile(place, fd, isThrough)) : reject(faultOf(place, error));
      try {
        openFile(place, flags, opened);
      } catch (error) {
        // A path that cannot be one.
        reject(faultOf(place, error));
      }
    });
  }

  rename(from: string, to: string): Promise<void> {
    return guarded(this.locate(from), async () => {
      await this.#guard();
      await rename(this.locate(from), this.locate(to));
    });
  }

  remove(path: string): Promise<void> {
    return guarded(this.locate(path), async () => {
      await this.#guard();
      await rm(this.locate(path), { force: true });
    });
  }

  syncDirectory(path: string): Promise<void> {
    return guarded(this.locate(path), async () => {
      // Windows has no handle of a directory to sync, and needs none.
      if (process.platform === 'win32') return;
      const handle = await open(this.locate(path), 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    });
  }
}

/** Makes a directory and those above it, so that they outlast a crash. */
export async function makeLastingDirectory(path: string): Promise<void> {
  const directory = absolute(path);
  const first = await makeDirectories(directory);
  if (first === undefined) return;
  for (let at = directory; at.length >= first.length; at = dirname(at))
    await new NodeDisk(dirname(at)).syncDirectory('');
}

/** All goes by callback: a third of the cost of a FileHandle's promises. A restart opens a file for each page. */
class NodeFile implements DiskFile {
  readonly #path: string;
  readonly #fd: number;
  /** Whether what is written is synced with that: a hop to another thread and back is saved, each some 40 µs. */
  readonly #isThrough: boolean;
  /** Whether it was cut or lengthened since the last sync. */
  #isCut = false;

  constructor(path: string, fd: number, isThrough: boolean) {
    this.#path = path;
    this.#fd = fd;
    this.#isThrough = isThrough;
  }

  size(): Promise<number> {
    return new Promise((resolve, reject) =>
      fstat(this.#fd, (error, stats) => (error === null ? resolve(stats.size) : reject(faultOf(this.#path, error)))),
    );
  }

  read(at: number, target: Uint8Array): Promise<number> {
    return this.#whole(target.length, (from, done) =>
      read(this.#fd, target, from, target.length - from, at + from, done),
    );
  }

  async write(at: number, bytes: Uint8Array): Promise<void> {
    const written = await this.#whole(bytes.length, (from, done) =>
      write(this.#fd, bytes, from, bytes.length - from, at + from, done),
    );
    if (written < bytes.length) throw new DiskFault('full', this.#path, `${this.#path}: no more bytes are taken`);
  }

  async sync(): Promise<void> {
    if (this.#isThrough && !this.#isCut) return;
    await this.#done((done) => fdatasync(this.#fd, done));
    this.#isCut = false;
  }

  truncate(bytes: number): Promise<void> {
    this.#isCut = true;
    return this.#done((done) => ftruncate(this.#fd, bytes, done));
  }

  close(): Promise<void> {
    return this.#done((done) => close(this.#fd, done));
  }

  #done(call: (done: (error: NodeJS.ErrnoException | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) =>
      call((error) => (error === null ? resolve() : reject(faultOf(this.#path, error)))),
    );
  }

  /** Repeats a call that may do less than it was asked for, until it does nothing. */
  #whole(bytes: number, call: (from: number, done: Done) => void): Promise<number> {
    return new Promise((resolve, reject) => {
      let from = 0;
      const next = (): void =>
        call(from, (error, count) => {
          from += count;
          if (error !== null) reject(faultOf(this.#path, error));
          else if (count === 0 || from === bytes) resolve(from);
          else next();
        });
      if (bytes === 0) resolve(0);
      else next();
    });
  }
}

type Done = (error: NodeJS.ErrnoException | null, count: number) => void;

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw faultOf(path, error);
  }
}

const KINDS: Readonly<Record<string, DiskFaultKind>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
};

/** As who uses a disk is told. */
export function faultOf(path: string, error: unknown): DiskFault {
  if (DiskFault.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new DiskFault(KINDS[codeOf(error)] ?? 'failed', path, message, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
