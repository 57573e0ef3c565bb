import { open, type FileHandle } from 'node:fs/promises';
import type { Reject } from '../batch/reject.ts';
import { pathOf, unreadable } from '../source/byte-source.ts';

/** A file of broken records, one JSON object a line. Opened with the first of them. */
export class RejectsFile {
  readonly #path: string;
  #handle: FileHandle | undefined;

  constructor(file: string | URL) {
    this.#path = pathOf(file)!;
  }

  /** Throws FILE_UNREADABLE. */
  async append(rejects: readonly Reject[]): Promise<void> {
    if (rejects.length === 0) return;
    try {
      this.#handle ??= await open(this.#path, 'a');
      await this.#handle.writeFile(rejects.map((reject) => `${JSON.stringify(reject)}\n`).join(''));
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }
}
