import { wasm, type WasmMemory } from '@weft/base';
import { type KernelPage, ROWS_PER_PAGE } from '@weft/data';

export const columns = [
  { name: 'qty', kind: { name: 'int32' }, bytes: 4 },
  { name: 'price', kind: { name: 'float64' }, bytes: 8 },
  { name: 'total', kind: { name: 'int64' }, bytes: 8 },
  { name: 'account', kind: { name: 'int32' }, bytes: 4 },
  { name: 'symbol', kind: { name: 'string' }, bytes: 2 },
];

/** Random rows, all live, column after column in one segment; a page is a slice of each. */
export class KernelTable {
  readonly rows: number;
  readonly qty: Int32Array;
  readonly price: Float64Array;
  readonly total: BigInt64Array;
  readonly totalHalves: Int32Array;
  readonly account: Int32Array;
  readonly symbol: Uint16Array;
  readonly memories: readonly WasmMemory[];
  readonly #starts: readonly number[];
  readonly #live: number;

  constructor(rows: number) {
    const padded = Math.ceil(rows / ROWS_PER_PAGE) * ROWS_PER_PAGE;
    this.rows = rows;
    const starts: number[] = [];
    let end = 65_536;
    for (const { bytes } of columns) {
      starts.push(end);
      end += padded * bytes;
    }
    this.#live = end;
    const pages = Math.ceil((end + padded / 8) / 65_536);
    const memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
    const { buffer } = memory;
    this.memories = [memory];
    this.#starts = starts;
    this.qty = new Int32Array(buffer, starts[0], rows);
    this.price = new Float64Array(buffer, starts[1], rows);
    this.total = new BigInt64Array(buffer, starts[2], rows);
    this.totalHalves = new Int32Array(buffer, starts[2], rows * 2);
    this.account = new Int32Array(buffer, starts[3], rows);
    this.symbol = new Uint16Array(buffer, starts[4], rows);
    new Uint8Array(buffer, this.#live, padded / 8).fill(0xff);
    this.#fill();
  }

  page(page: number, inputs: readonly number[]): KernelPage {
    const first = page * ROWS_PER_PAGE;
    return {
      segment: 0,
      rows: Math.min(ROWS_PER_PAGE, this.rows - first),
      live: this.#live + first / 8,
      cells: inputs.map((ordinal) => this.#starts[ordinal] + first * columns[ordinal].bytes),
      nulls: inputs.map(() => 0),
      dictionary: inputs.map(() => true),
    };
  }

  #fill(): void {
    for (let row = 0; row < this.rows; row++) {
      this.qty[row] = Math.random() * 1000;
      this.price[row] = Math.random() * 1000;
      this.totalHalves[row * 2] = Math.random() * 2 ** 32;
      this.totalHalves[row * 2 + 1] = Math.random() * 1000;
      this.account[row] = Math.random() * 1000;
      this.symbol[row] = Math.random() * 1000;
    }
  }
}
