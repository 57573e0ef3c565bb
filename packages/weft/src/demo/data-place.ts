import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDirectories } from '../host/make-directories.ts';
import type { DemoOptions } from './demo-options.ts';

const NOTE = 'acknowledged';
/** The note: two numbers of so many bytes. */
const NUMBER_BYTES = 8;

/** What an earlier run noted: flights with ids from `oldestId` to `nextId` − 1 were acknowledged and not deleted. */
export interface Acknowledged {
  readonly oldestId: number;
  readonly nextId: number;
}

/** The directory of the demo's journal, and the number of the last event that was acknowledged, in a file beside the grid's own. */
export class DataPlace implements AsyncDisposable {
  readonly directory: string;
  /** Whether it is left at the end. */
  readonly isKept: boolean;
  /** What an earlier run noted here; undefined where there was none. */
  readonly before: Acknowledged | undefined;
  readonly #note: number;
  readonly #bytes = new DataView(new ArrayBuffer(2 * NUMBER_BYTES));
  #progress: Acknowledged | undefined;
  #isNoting = false;
  #isOpen = true;

  private constructor(directory: string, isKept: boolean) {
    this.directory = directory;
    this.isKept = isKept;
    const path = join(directory, NOTE);
    this.before = noteAt(path);
    this.#note = openSync(path, this.before === undefined ? 'w' : 'r+');
  }

  /** The directory that was named, or a temporary one. */
  static async open({ dataDir, keepData }: Pick<DemoOptions, 'dataDir' | 'keepData'>): Promise<DataPlace> {
    if (dataDir !== undefined) await makeDirectories(dataDir);
    return new DataPlace(dataDir ?? (await mkdtemp(join(tmpdir(), 'weft-demo-'))), keepData || dataDir !== undefined);
  }

  /**
   * Notes what is acknowledged: it outlasts the process however that ends. Once a turn, since acknowledgements come in groups; then
   * `progress` is read, so that it tells of the deletions too that an acknowledgement led to.
   */
  acknowledged(progress: Acknowledged): void {
    this.#progress = progress;
    if (this.#isNoting) return;
    this.#isNoting = true;
    setImmediate(() => this.#write());
  }

  #write(): void {
    this.#isNoting = false;
    if (!this.#isOpen || this.#progress === undefined) return;
    this.#bytes.setFloat64(0, this.#progress.oldestId, true);
    this.#bytes.setFloat64(NUMBER_BYTES, this.#progress.nextId, true);
    try {
      writeSync(this.#note, new Uint8Array(this.#bytes.buffer), 0, 2 * NUMBER_BYTES, 0);
    } catch {
      // A full or failing disk: the note before stands, and what it does not tell of is not checked. The journal says what is wrong.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#write();
    this.#isOpen = false;
    closeSync(this.#note);
    if (!this.isKept) await rm(this.directory, { recursive: true, force: true });
  }
}

function noteAt(path: string): Acknowledged | undefined {
  try {
    const bytes = readFileSync(path);
    if (bytes.length < 2 * NUMBER_BYTES) return undefined;
    return { oldestId: bytes.readDoubleLE(0), nextId: bytes.readDoubleLE(NUMBER_BYTES) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
