import type { ColumnSchema } from '@weft/data';
import type { ByteTarget } from '../export/byte-target.ts';
import type { RowWriter } from '../export/row-writer.ts';
import { ThreadEncoder } from '../worker/thread-encoder.ts';
import { writtenForm, type WrittenForm } from './written-form.ts';

/** Rows of a row group: enough for columns to compress, few enough to hold twice. */
const GROUP_ROWS = 65_536;
/** Rows handed to the encoder at a time: under a millisecond of copying. */
const STEP_ROWS = 512;
/** Characters and bytes of a group, roughly: long values make it end early. */
const GROUP_BYTES = 64 * 1024 * 1024;

/** Parquet, encoded in a thread of its own while the next rows are read. */
export class ParquetRowWriter implements RowWriter {
  readonly #target: ByteTarget;
  readonly #names: readonly string[];
  readonly #forms: readonly WrittenForm[];
  readonly #encoder: ThreadEncoder;
  #columns: unknown[][];
  #rows = 0;
  #weight = 0;
  #bytes = 0;

  constructor(target: ByteTarget, columns: readonly ColumnSchema[]) {
    this.#target = target;
    this.#names = columns.map(({ name }) => name);
    this.#forms = columns.map(writtenForm);
    this.#encoder = new ThreadEncoder(this.#forms.map(({ element }) => element));
    this.#columns = columns.map(() => []);
  }

  get bytes(): number {
    return this.#bytes;
  }

  write(row: Readonly<Record<string, unknown>>): Promise<void> | undefined {
    for (const [i, name] of this.#names.entries()) {
      const value = row[name];
      const cell = value === undefined ? undefined : this.#forms[i]!.cell(value);
      if (typeof cell === 'string' || cell instanceof Uint8Array) this.#weight += cell.length;
      this.#columns[i]!.push(cell);
    }
    if (++this.#rows % STEP_ROWS !== 0 && this.#weight < GROUP_BYTES) return undefined;
    this.#handOver();
    return this.#rows < GROUP_ROWS && this.#weight < GROUP_BYTES ? undefined : this.#group();
  }

  async finish(): Promise<void> {
    this.#handOver();
    if (this.#rows > 0) await this.#group();
    await this.#send(await this.#encoder.end());
  }

  close(): Promise<void> {
    return this.#encoder.close();
  }

  #handOver(): void {
    if (this.#columns[0]?.length === 0) return;
    this.#encoder.rows(this.#columns);
    this.#columns = this.#columns.map(() => []);
  }

  async #group(): Promise<void> {
    this.#rows = this.#weight = 0;
    await this.#send(await this.#encoder.group());
  }

  async #send(bytes: Uint8Array): Promise<void> {
    this.#bytes += bytes.length;
    await this.#target.write(bytes);
  }
}
