import { assert, type ContentHash, type Disk, type Turns } from '@weft/base';
import type { Slice } from '@weft/data';
import { writeCut, type GridCut, type WrittenCut } from './grid-cut.ts';
import { damagedFile, manifestBytes, readManifest, type Manifest } from './manifest.ts';
import { PageFiles, readFile, writeWhole } from './page-files.ts';
import { namesOf } from './stored-names.ts';

export interface SnapshotStoreParts {
  readonly disk: Disk;
  readonly hash: ContentHash;
  /** Snapshots that stay, the newest ones; 1 unless said otherwise. */
  readonly keep?: number;
  /** Nothing is changed, not even what a crash left removed. */
  readonly isReadOnly?: boolean;
}

export interface SnapshotPace {
  readonly turns: Turns;
  readonly slice: Slice;
}

const MANIFEST = /^manifest-(\d{12})\.json$/;

/**
 * Snapshots of a grid in a directory of their own:
 *
 *     manifest-000000000007.json    what the snapshot is: one file, written last, under its name only when it is whole and synced
 *     pages/3f/3f0c…                what it names, and what it shares with the ones before and after
 *
 * A crash at any point leaves the newest manifest and everything that it names. Nothing else may write to the directory.
 */
export class SnapshotStore {
  readonly pages: PageFiles;
  readonly #parts: SnapshotStoreParts;
  /** Sequences of the manifests that are there, ascending, and what each names where that is known. */
  readonly #manifests: Map<number, ReadonlySet<string> | undefined>;
  #isWriting = false;

  private constructor(parts: SnapshotStoreParts, pages: PageFiles, sequences: readonly number[]) {
    this.#parts = parts;
    this.pages = pages;
    this.#manifests = new Map(sequences.map((sequence) => [sequence, undefined]));
  }

  static async open(parts: SnapshotStoreParts): Promise<SnapshotStore> {
    const names = await parts.disk.list('');
    const sequences = names.flatMap((name) => MANIFEST.exec(name)?.[1] ?? []).map(Number);
    return new SnapshotStore(
      parts,
      await PageFiles.open(parts.disk, parts.hash, parts.isReadOnly),
      sequences.toSorted((a, b) => a - b),
    );
  }

  /** The newest snapshot that is whole; `undefined` where there is none. Throws SNAPSHOT_DAMAGED where none of those that are there can be read, JOURNAL_FORMAT. */
  async newest(): Promise<Manifest | undefined> {
    let failure: unknown;
    for (const sequence of [...this.#manifests.keys()].toReversed())
      try {
        return await this.manifest(sequence);
      } catch (error) {
        failure ??= error;
      }
    if (failure !== undefined) throw failure;
    return undefined;
  }

  /** Sequences of the snapshots, ascending. */
  get sequences(): number[] {
    return [...this.#manifests.keys()];
  }

  /** Throws SNAPSHOT_DAMAGED, JOURNAL_FORMAT. */
  async manifest(sequence: number): Promise<Manifest> {
    const { disk, hash } = this.#parts;
    const path = manifestPath(sequence);
    const bytes = await readFile(disk, path);
    if (bytes === undefined) throw damagedFile(disk.locate(path), 'there is no such file');
    return readManifest(bytes, hash, disk.locate(path));
  }

  /**
   * Writes a cut, which is then released, and removes snapshots and pages that nobody needs any more. Resolves when it will outlast a
   * crash. `makeSafe`: called once everything is written; resolves when nothing that happened by then can be lost in a crash. Throws
   * SNAPSHOT_TOO_OLD, `DiskFault`.
   */
  async write(
    cut: GridCut,
    takenMs: number,
    pace: SnapshotPace,
    makeSafe: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Manifest> {
    assert(!this.#isWriting, 'one snapshot is written at a time');
    this.#isWriting = true;
    try {
      const named = new Set<string>();
      const written = await this.#writePages(cut, named, pace);
      await this.pages.sync();
      await makeSafe();
      const sequence = (this.sequences.at(-1) ?? 0) + 1;
      const manifest = { sequence, takenMs, rows: cut.rows, ...written };
      await this.#publish(manifest, named);
      await this.#removeOld();
      return manifest;
    } catch (error) {
      await this.pages.giveUp();
      throw error;
    } finally {
      cut.release();
      this.#isWriting = false;
    }
  }

  async #writePages(cut: GridCut, named: Set<string>, { turns, slice }: SnapshotPace): Promise<WrittenCut> {
    const has = (name: string): boolean => {
      named.add(name);
      return this.pages.has(name);
    };
    const work = writeCut(cut, { hash: this.#parts.hash, has }, slice);
    for (;;) {
      const step = work.next();
      if (step.done === true) return step.value;
      if (step.value !== undefined) await this.pages.write(step.value);
      if (slice.isOver()) await turns.next();
    }
  }

  async #publish(manifest: Manifest, named: ReadonlySet<string>): Promise<void> {
    const { disk, hash } = this.#parts;
    await writeWhole(disk, manifestPath(manifest.sequence), manifestBytes(manifest, hash));
    this.#manifests.set(manifest.sequence, named);
    await disk.syncDirectory('');
  }

  /** Manifests go first, and for good, then what only they named. */
  async #removeOld(): Promise<void> {
    const { disk, keep = 1 } = this.#parts;
    for (const sequence of this.sequences.slice(0, -keep)) {
      await disk.remove(manifestPath(sequence));
      this.#manifests.delete(sequence);
    }
    await disk.syncDirectory('');
    const needed = new Set<string>();
    for (const [sequence, known] of this.#manifests)
      for (const name of known ?? (await namesOf(await this.manifest(sequence), this.pages))) needed.add(name);
    await this.pages.removeBut(needed);
  }
}

export function manifestPath(sequence: number): string {
  return `manifest-${String(sequence).padStart(12, '0')}.json`;
}
