import { WeftError } from '@weft/base';
import { namesOf } from './stored-names.ts';
import { pagePath } from './page-files.ts';
import { manifestPath, type SnapshotStore } from './snapshot-store.ts';

/** What a check of a directory of snapshots found. */
export interface SnapshotCheck {
  /** Snapshots looked at: all that are there. */
  readonly snapshots: number;
  readonly rows: number;
  /** Files read, manifests included. */
  readonly files: number;
  readonly bytes: number;
  readonly damaged: readonly DamagedFile[];
}

export interface DamagedFile {
  readonly file: string;
  readonly message: string;
}

/** Files that are read at a time. */
const READS_AT_ONCE = 8;

/**
 * Reads every snapshot and every page that one names, and compares the bytes with the names. A list that is damaged names nothing, so
 * what only it names is not looked at. Throws JOURNAL_FORMAT, `DiskFault`.
 */
export async function verifySnapshots(store: SnapshotStore): Promise<SnapshotCheck> {
  const check = new Check();
  let rows = 0;
  const names = new Set<string>();
  for (const sequence of store.sequences) {
    const manifest = await check.file(manifestPath(sequence), () => store.manifest(sequence));
    if (manifest === undefined) continue;
    rows = manifest.rows;
    const source = { read: async (name: string) => (await check.page(store, name)) ?? NOTHING };
    for (const name of await namesOf(manifest, source)) names.add(name);
  }
  const rest = [...names].filter((name) => !check.seen.has(name));
  for (let from = 0; from < rest.length; from += READS_AT_ONCE)
    await Promise.all(rest.slice(from, from + READS_AT_ONCE).map((name) => check.page(store, name)));
  return { snapshots: store.sequences.length, rows, files: check.files, bytes: check.bytes, damaged: check.damaged };
}

/** A list, or a table, that is damaged: it names nothing. */
const NOTHING = new TextEncoder().encode('null');

class Check {
  readonly damaged: DamagedFile[] = [];
  readonly seen = new Set<string>();
  files = 0;
  bytes = 0;

  async page(store: SnapshotStore, name: string): Promise<Uint8Array | undefined> {
    this.seen.add(name);
    const bytes = await this.file(pagePath(name), () => store.pages.read(name));
    this.bytes += bytes?.length ?? 0;
    return bytes;
  }

  /** `undefined` where it is damaged. */
  async file<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
    this.files++;
    try {
      return await read();
    } catch (error) {
      if (!WeftError.is(error, 'SNAPSHOT_DAMAGED')) throw error;
      this.damaged.push({ file: path, message: error.message });
      return undefined;
    }
  }
}
