import type { ByteTarget } from './byte-target.ts';

/** Writes rows in one format. */
export interface RowWriter {
  /** Bytes that have gone to the target. */
  readonly bytes: number;
  /** Takes one row. Where it answers with a promise, the next row waits for it. */
  write(row: Readonly<Record<string, unknown>>): Promise<void> | undefined;
  finish(): Promise<void>;
  /** Stops what it has going. */
  close(): Promise<void>;
}

/** Characters that are gathered before they go: about a millisecond of work. */
const TEXT_LENGTH = 64 * 1024;

/** Gathers text and sends it on in pieces. */
export class TextOut {
  readonly #target: ByteTarget;
  #text = '';
  #bytes = 0;

  constructor(target: ByteTarget) {
    this.#target = target;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(text: string): Promise<void> | undefined {
    this.#text += text;
    return this.#text.length < TEXT_LENGTH ? undefined : this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#text);
    this.#text = '';
    this.#bytes += bytes.length;
    if (bytes.length > 0) await this.#target.write(bytes);
  }
}
