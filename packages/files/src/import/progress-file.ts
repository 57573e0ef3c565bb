import { WeftError } from '@weft/base';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathOf, unreadable } from '../source/byte-source.ts';
import { START, type Position } from '../batch/position.ts';

/** Milliseconds between two writings of the file. */
const WRITE_MS = 1_000;

/** What an import must be of, for its position to mean anything. */
export interface ProgressSubject {
  readonly type: string;
  readonly source: string;
  readonly sizeBytes: number | undefined;
}

/** A small file that says how far an import is. It is replaced as a whole, so that a crash leaves the last one. */
export class ProgressFile {
  readonly #path: string;
  readonly #subject: ProgressSubject;
  #writtenMs = 0;

  constructor(file: string | URL, subject: ProgressSubject) {
    this.#path = pathOf(file)!;
    this.#subject = subject;
  }

  /** Where to go on: the start where there is no such file. Throws FILE_INVALID where it is of another import. */
  async read(): Promise<Position> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return START;
      throw unreadable(this.#path, error);
    }
    return this.#positionIn(text);
  }

  /** Notes a position, unless one was noted a moment ago. */
  async note(position: Position, isUrgent = false): Promise<void> {
    const nowMs = performance.now();
    if (!isUrgent && nowMs - this.#writtenMs < WRITE_MS) return;
    this.#writtenMs = nowMs;
    const next = `${this.#path}.new`;
    try {
      await writeFile(next, `${JSON.stringify({ ...this.#subject, ...position })}\n`);
      await rename(next, this.#path);
    } catch (error) {
      await rm(next, { force: true });
      throw unreadable(this.#path, error);
    }
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  #positionIn(text: string): Position {
    const { type, source, sizeBytes } = this.#subject;
    const found = parsed(text);
    const isSame = found?.['type'] === type && found['source'] === source && found['sizeBytes'] === sizeBytes;
    if (isSame && isPosition(found)) return { bytes: found.bytes, lines: found.lines, records: found.records };
    throw new WeftError(
      'FILE_INVALID',
      `${basename(this.#path)} is no progress of the import of ${source} into ${type}${isSame ? '' : ', or the file has changed since'}.`,
      { hint: 'Remove it to begin anew; rows that are there already are replaced.' },
    );
  }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export function isPosition(value: unknown): value is Position {
  const { bytes, lines, records } = (value ?? {}) as Partial<Record<keyof Position, unknown>>;
  return [bytes, lines, records].every((count) => Number.isSafeInteger(count) && (count as number) >= 0);
}
