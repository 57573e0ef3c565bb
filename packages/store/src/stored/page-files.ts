import { DiskFault, type ContentHash, type Disk } from '@weft/base';
import { damagedFile } from './manifest.ts';
import type { PageSource } from './page-source.ts';
import type { NamedBytes } from './write-table.ts';

/** Files that are written, or removed, at a time: a disk that syncs them one after another takes longer. */
const FILES_AT_ONCE = 8;
const DIRECTORY = 'pages';
/** Digits of a name that its directory has. */
const PREFIX_DIGITS = 2;
const UNFINISHED = '.new';

export function pagePath(name: string): string {
  return `${DIRECTORY}/${name.slice(0, PREFIX_DIGITS)}/${name}`;
}

/**
 * Pages in files that are named by their content, `pages/3f/3f0c…`. A file of such a name is whole: it got the name when it was synced.
 * Names outlast a crash once `sync` has resolved.
 */
export class PageFiles implements PageSource {
  readonly #disk: Disk;
  readonly #hash: ContentHash;
  /** Names that are there, and that will be once their write is done. */
  readonly #there: Set<string>;
  /** Directories whose names a crash may still take back: at first all, since another process may have left them so. */
  readonly #unsynced: Set<string>;
  readonly #writes = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Bytes that were written. */
  writtenBytes = 0;

  private constructor(disk: Disk, hash: ContentHash, there: Set<string>, unsynced: Set<string>) {
    this.#disk = disk;
    this.#hash = hash;
    this.#there = there;
    this.#unsynced = unsynced;
  }

  /** Looks what is there. */
  static async open(disk: Disk, hash: ContentHash, isReadOnly = false): Promise<PageFiles> {
    const there = new Set<string>();
    const directories = await disk.list(DIRECTORY);
    for (const directory of directories)
      for (const name of await disk.list(`${DIRECTORY}/${directory}`))
        if (!name.endsWith(UNFINISHED)) there.add(name);
        else if (!isReadOnly) await disk.remove(`${DIRECTORY}/${directory}/${name}`);
    return new PageFiles(
      disk,
      hash,
      there,
      new Set(['', DIRECTORY, ...directories.map((name) => `${DIRECTORY}/${name}`)]),
    );
  }

  has(name: string): boolean {
    return this.#there.has(name);
  }

  /** Begins to write a page that is not there; waits where too many are under way. Throws what an earlier write met. */
  async write({ name, bytes }: NamedBytes): Promise<void> {
    while (this.#writes.size >= FILES_AT_ONCE) await Promise.race(this.#writes);
    this.#check();
    this.#there.add(name);
    const write = this.#writeFile(name, bytes).catch((error: unknown) => {
      this.#there.delete(name);
      this.#failure ??= { error };
    });
    const tracked = write.finally(() => this.#writes.delete(tracked));
    this.#writes.add(tracked);
  }

  /** Waits for the writes under way; all that is there outlasts a crash from here on. */
  async sync(): Promise<void> {
    await this.#settle();
    this.#check();
    await this.#disk.makeDirectory(DIRECTORY);
    for (const directory of this.#unsynced) {
      await this.#disk.syncDirectory(directory);
      this.#unsynced.delete(directory);
    }
  }

  /** After a failure: waits for what is under way, and forgets it. */
  async giveUp(): Promise<void> {
    await this.#settle();
    this.#failure = undefined;
  }

  /** Removes all pages that are not named. */
  async removeBut(named: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#there].filter((name) => !named.has(name));
    for (let from = 0; from < gone.length; from += FILES_AT_ONCE)
      await Promise.all(
        gone.slice(from, from + FILES_AT_ONCE).map(async (name) => {
          this.#there.delete(name);
          await this.#disk.remove(pagePath(name));
        }),
      );
  }

  /** The bytes of a page. Throws SNAPSHOT_DAMAGED. */
  async read(name: string, size?: number, into?: Uint8Array): Promise<Uint8Array> {
    const bytes = await readFile(this.#disk, pagePath(name), size, into);
    if (bytes === undefined) throw damagedFile(this.#disk.locate(pagePath(name)), 'there is no such file');
    if (this.#hash(bytes) !== name)
      throw damagedFile(this.#disk.locate(pagePath(name)), 'its bytes are not those that it was written with');
    return bytes;
  }

  async #writeFile(name: string, bytes: Uint8Array): Promise<void> {
    const directory = `${DIRECTORY}/${name.slice(0, PREFIX_DIGITS)}`;
    if (!this.#unsynced.has(directory)) {
      await this.#disk.makeDirectory(directory);
      this.#unsynced.add(DIRECTORY);
    }
    await writeWhole(this.#disk, pagePath(name), bytes);
    this.#unsynced.add(directory);
    this.writtenBytes += bytes.length;
  }

  async #settle(): Promise<void> {
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}

/** Writes a file under another name, syncs it and gives it its own. The name outlasts a crash once its directory is synced. */
export async function writeWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.create(`${path}${UNFINISHED}`);
  try {
    await file.write(0, bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}${UNFINISHED}`, path);
}

/** All of a file, or the first `size` bytes, which `into` may have room for; `undefined` where there is none. */
export async function readFile(
  disk: Disk,
  path: string,
  size?: number,
  into?: Uint8Array,
): Promise<Uint8Array | undefined> {
  try {
    const file = await disk.open(path, 'read');
    try {
      const bytes = into?.subarray(0, size) ?? new Uint8Array(size ?? (await file.size()));
      return bytes.subarray(0, await file.read(0, bytes));
    } finally {
      await file.close();
    }
  } catch (error) {
    if (DiskFault.is(error, 'missing')) return undefined;
    throw error;
  }
}
