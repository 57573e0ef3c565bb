import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { zstdCompressSync } from 'node:zlib';

/** Encodes row groups, compressed with zstd, which every reader of today knows. */
export class ParquetEncoder {
  readonly #bytes = new ByteWriter();
  readonly #schema: readonly SchemaElement[];
  readonly #writer: ParquetWriter;
  #columns: unknown[][];

  /** `schema`: the columns, without the root. */
  constructor(schema: readonly SchemaElement[]) {
    this.#schema = schema;
    this.#columns = schema.map(() => []);
    this.#writer = new ParquetWriter({
      writer: this.#bytes,
      schema: [{ name: 'schema', num_children: schema.length }, ...schema],
      codec: 'ZSTD',
      compressors: { ZSTD: (input) => new Uint8Array(zstdCompressSync(input)) },
      createdBy: 'weft',
    });
  }

  /** Adds rows to the group. */
  add(columns: readonly (readonly unknown[])[]): void {
    for (const [i, cells] of columns.entries()) for (const cell of cells) this.#columns[i]!.push(cell);
  }

  /** The bytes of the row group, of whatever stood before it. */
  group(): Uint8Array<ArrayBuffer> {
    const rows = this.#columns[0]?.length ?? 0;
    const columnData = this.#schema.map(({ name }, i) => ({ name, data: this.#columns[i]! }));
    this.#columns = this.#schema.map(() => []);
    // The writer answers with a promise only where its bytes are flushed by one.
    void this.#writer.write({ columnData, rowGroupSize: Math.max(1, rows) });
    return this.#taken();
  }

  /** The footer. */
  end(): Uint8Array<ArrayBuffer> {
    void this.#writer.finish();
    return this.#taken();
  }

  #taken(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#bytes.getBytes());
    this.#bytes.index = 0;
    return taken;
  }
}
