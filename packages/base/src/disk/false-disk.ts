import { DiskFault, type Disk, type DiskFaultKind, type DiskFile } from '../seams/disk.ts';

/** What was done to a false disk, in order: from it crash images are made. */
export type DiskStep =
  | { readonly op: 'create'; readonly path: string; readonly file: number }
  | { readonly op: 'write'; readonly file: number; readonly at: number; readonly bytes: Uint8Array }
  | { readonly op: 'truncate'; readonly file: number; readonly size: number }
  /** Of what was done in the first `before` steps. */
  | { readonly op: 'sync'; readonly file: number; readonly before: number }
  /** A sync that failed: what waited for it reads as written, and a later sync does not bring it to the disk. */
  | { readonly op: 'failedSync'; readonly file: number; readonly before: number }
  | { readonly op: 'rename'; readonly from: string; readonly to: string; readonly file: number }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'syncDirectory'; readonly path: string }
  /** Something outside happened, such as an acknowledgement. */
  | { readonly op: 'mark'; readonly value: unknown };

export type DiskOperation =
  | 'create'
  | 'open'
  | 'read'
  | 'write'
  | 'sync'
  | 'truncate'
  | 'rename'
  | 'remove'
  | 'syncDirectory';

/**
 * A disk in memory that does what it is told: tests and simulators use it as the real one, limit its space, let calls fail, and look
 * at what a crash would leave of it (`crash-images.ts`).
 */
export class FalseDisk implements Disk {
  readonly steps: DiskStep[] = [];
  /** Bytes that all files together may have. */
  capacityBytes = Infinity;
  /** Asked before each call: a kind of fault lets it fail. */
  fault: (operation: DiskOperation, path: string) => DiskFaultKind | undefined = () => undefined;
  /** After how many microtasks a call of this kind is done, or once what has resolved. */
  latency: (operation: DiskOperation) => number | Promise<void> = () => 1;
  readonly #names = new Map<string, number>();
  readonly #files: Contents[] = [];

  /** A disk with these files, all of them safe from a crash. */
  static of(files: Iterable<readonly [path: string, bytes: Uint8Array]>): FalseDisk {
    const disk = new FalseDisk();
    for (const [path, bytes] of files) {
      const file = disk.#make(path);
      disk.#files[file]!.write(0, bytes);
      disk.steps.push({ op: 'create', path, file }, { op: 'write', file, at: 0, bytes: bytes.slice() });
      disk.steps.push(
        { op: 'sync', file, before: disk.steps.length },
        { op: 'syncDirectory', path: directoryOf(path) },
      );
    }
    return disk;
  }

  /** All files by path, as they read now. */
  files(): Map<string, Uint8Array> {
    return new Map([...this.#names].map(([path, file]) => [path, this.#files[file]!.bytes()]));
  }

  /** Notes among the steps that something happened. */
  mark(value: unknown): void {
    this.steps.push({ op: 'mark', value });
  }

  locate(path: string): string {
    return path;
  }

  async list(directory: string): Promise<string[]> {
    await later();
    const prefix = directory === '' ? '' : `${directory}/`;
    const inside = [...this.#names.keys()].filter((path) => path.startsWith(prefix));
    return [...new Set(inside.map((path) => path.slice(prefix.length).split('/')[0]!))].toSorted();
  }

  makeDirectory(): Promise<void> {
    return later();
  }

  async create(path: string): Promise<DiskFile> {
    await this.#begin('create', path);
    const file = this.#make(path);
    this.steps.push({ op: 'create', path, file });
    return this.#handle(path, file);
  }

  async open(path: string): Promise<DiskFile> {
    await this.#begin('open', path);
    const file = this.#names.get(path);
    if (file === undefined) throw new DiskFault('missing', path, `${path} does not exist`);
    return this.#handle(path, file);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#begin('rename', from);
    const file = this.#names.get(from);
    if (file === undefined) throw new DiskFault('missing', from, `${from} does not exist`);
    this.#names.delete(from);
    this.#names.set(to, file);
    this.steps.push({ op: 'rename', from, to, file });
  }

  async remove(path: string): Promise<void> {
    await this.#begin('remove', path);
    if (this.#names.delete(path)) this.steps.push({ op: 'remove', path });
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#begin('syncDirectory', path);
    this.steps.push({ op: 'syncDirectory', path });
  }

  async #begin(operation: DiskOperation, path: string): Promise<void> {
    const latency = this.latency(operation);
    if (typeof latency === 'number') for (let rest = latency; rest > 0; rest--) await later();
    else await latency;
    const kind = this.fault(operation, path);
    if (kind !== undefined) throw new DiskFault(kind, path, `${path}: ${operation} was made to fail (${kind})`);
  }

  #make(path: string): number {
    const file = this.#files.push(new Contents()) - 1;
    this.#names.set(path, file);
    return file;
  }

  #handle(path: string, file: number): DiskFile {
    const contents = this.#files[file]!;
    return {
      size: async () => {
        await later();
        return contents.size;
      },
      read: async (at, target) => {
        await this.#begin('read', path);
        return contents.read(at, target);
      },
      write: async (at, bytes) => {
        await this.#begin('write', path);
        this.#write(path, file, at, bytes);
      },
      sync: async () => {
        const before = this.steps.length;
        try {
          await this.#begin('sync', path);
        } catch (error) {
          this.steps.push({ op: 'failedSync', file, before });
          throw error;
        }
        this.steps.push({ op: 'sync', file, before });
      },
      truncate: async (size) => {
        await this.#begin('truncate', path);
        contents.truncate(size);
        this.steps.push({ op: 'truncate', file, size });
      },
      close: later,
    };
  }

  /** As much as there is space for: the rest of the call fails. */
  #write(path: string, file: number, at: number, bytes: Uint8Array): void {
    const contents = this.#files[file]!;
    const used = [...this.#names.values()].reduce((sum, each) => sum + this.#files[each]!.size, 0);
    const room = Math.max(0, this.capacityBytes - used + contents.size - at);
    const written = bytes.slice(0, Math.min(bytes.length, room));
    contents.write(at, written);
    this.steps.push({ op: 'write', file, at, bytes: written });
    if (written.length < bytes.length) throw new DiskFault('full', path, `${path}: no space left`);
  }
}

/** The bytes of a file, which may grow. */
export class Contents {
  #bytes = new Uint8Array(0);
  size = 0;

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.size);
  }

  read(at: number, target: Uint8Array): number {
    const part = this.#bytes.subarray(Math.min(at, this.size), Math.min(at + target.length, this.size));
    target.set(part);
    return part.length;
  }

  write(at: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#reserve(at + bytes.length);
    this.#bytes.set(bytes, at);
    this.size = Math.max(this.size, at + bytes.length);
  }

  truncate(size: number): void {
    this.#reserve(size);
    this.#bytes.fill(0, size);
    this.size = size;
  }

  copy(): Contents {
    const copy = new Contents();
    copy.write(0, this.bytes());
    return copy;
  }

  #reserve(size: number): void {
    if (size <= this.#bytes.length) return;
    const wider = new Uint8Array(Math.max(size, 2 * this.#bytes.length, 1024));
    wider.set(this.#bytes.subarray(0, this.size));
    this.#bytes = wider;
  }
}

/** A real disk answers in a later turn; this one in a later microtask. */
function later(): Promise<void> {
  return Promise.resolve();
}

export function directoryOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
