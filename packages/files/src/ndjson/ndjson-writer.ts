import type { ColumnSchema } from '@weft/data';
import type { ByteTarget } from '../export/byte-target.ts';
import { TextOut, type RowWriter } from '../export/row-writer.ts';
import { jsonWriter } from '../value/json-value.ts';

/** One JSON object a line; absent values are left out. */
export class NdjsonWriter implements RowWriter {
  readonly #out: TextOut;
  readonly #fields: readonly { readonly name: string; readonly write: (value: unknown) => unknown }[];

  constructor(target: ByteTarget, columns: readonly ColumnSchema[]) {
    this.#out = new TextOut(target);
    this.#fields = columns.map(({ name, kind }) => ({ name, write: jsonWriter(kind) }));
  }

  get bytes(): number {
    return this.#out.bytes;
  }

  write(row: Readonly<Record<string, unknown>>): Promise<void> | undefined {
    const object: Record<string, unknown> = {};
    for (const { name, write } of this.#fields) if (row[name] !== undefined) object[name] = write(row[name]);
    return this.#out.add(`${JSON.stringify(object)}\n`);
  }

  finish(): Promise<void> {
    return this.#out.flush();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
