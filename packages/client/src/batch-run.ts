import type { WeftError } from '@weft/base';
import {
  batchStageOf,
  KEY_BYTES_MAX,
  runBatchOf,
  type BatchStage,
  type RowBatch,
  type RunBatch,
  type RunInserter,
  type ValueRun,
} from '@weft/data';
import type { CallOptions } from './api.ts';
import { MadeKeys } from './made-keys.ts';
import type { Router } from './router.ts';
import { isAboutRow } from './row-fault.ts';

/** Rows written between two looks at the clock, row by row and column by column: some 0.1 ms. */
const ROWS_PER_STEP = 64;
const ROWS_PER_RUN = 256;
/** Rows with long values of more bytes go one by one. */
const RUN_ROW_BYTES_MAX = 4096;

/** How a batch is written. */
export interface BatchOptions extends CallOptions {
  readonly onConflict: 'replace' | 'fail';
  /** The first row of the batch to write, 0 unless said otherwise. */
  readonly from?: number | undefined;
  /** Is told of each row that cannot be stored, and why; the others are written. */
  readonly onRefused: (row: number, error: WeftError) => void;
}

/** Rows of a step that go to one partition. */
interface Part {
  readonly inserter: RunInserter;
  readonly picks: Int32Array;
  readonly slots: Int32Array;
}

/** A batch on its way into the partitions: column by column as far as its rows are new, else row by row. */
export class BatchRun {
  /** The next row to write. */
  row: number;
  written = 0;
  inserted = 0;
  readonly #router: Router;
  readonly #batch: RowBatch;
  readonly #options: BatchOptions;
  readonly #stage: BatchStage;
  /** Absent where rows go one by one. */
  readonly #runs: RunBatch | undefined;
  /** Absent where rows bring their keys, or go one by one. */
  readonly #madeKeys: MadeKeys | undefined;

  constructor(router: Router, batch: RowBatch, options: BatchOptions) {
    this.#router = router;
    this.#batch = batch;
    this.#options = options;
    this.row = options.from ?? 0;
    this.#stage = batchStageOf(router.schema, batch.columns);
    const runs = runBatchOf(router.schema, batch);
    if (runs.rowBytes > RUN_ROW_BYTES_MAX || runs.keyBytes > KEY_BYTES_MAX) return;
    const { made } = router.placer;
    if (made !== undefined) this.#madeKeys = new MadeKeys(router, made, runs.columns, batch.rows);
    this.#runs = this.#madeKeys === undefined ? runs : { ...runs, columns: this.#madeKeys.columns };
  }

  /** Writes some rows. Throws what is not about a single one of them. */
  step(): void {
    const parts = this.#runs === undefined ? undefined : this.#parts(this.#runs);
    if (parts === undefined) {
      const end = Math.min(this.#batch.rows, this.row + ROWS_PER_STEP);
      for (; this.row < end; this.row++) this.#writeRow(this.row);
      return;
    }
    let end = this.row;
    for (const part of parts) {
      this.#writePart(part, this.#runs!);
      end += part.picks.length;
    }
    this.row = end;
  }

  /** The next rows by partition; `undefined` where one of these wants its rows one by one. */
  #parts({ columns, rowBytes }: RunBatch): Part[] | undefined {
    const { sources } = this.#router;
    const count = Math.min(ROWS_PER_RUN, this.#batch.rows - this.row);
    // Asked for more than each gets, so that no keys are made in vain.
    const inserters = sources.map((source) => source.inserter(count, rowBytes));
    if (inserters.includes(undefined)) return undefined;
    const slots = this.#slots(columns, count);
    if (slots === undefined) return undefined;
    const counts = new Int32Array(sources.length);
    for (const slot of slots) {
      const at = this.#router.indexOf(slot);
      if (sources[at] === undefined) return undefined;
      counts[at]!++;
    }
    const parts: Part[] = [];
    for (const [partition, rows] of counts.entries())
      if (rows > 0) parts.push({ inserter: inserters[partition]!, ...this.#picked(partition, rows, slots) });
    return parts;
  }

  /** The slots of the next rows, their keys made where need be; `undefined` where one of them brings a key that it cannot have. */
  #slots(columns: readonly ValueRun[], count: number): Int32Array | undefined {
    const { keyCode, schema } = this.#router;
    const slots = new Int32Array(count);
    if (this.#madeKeys !== undefined) return this.#madeKeys.place(this.row, slots) ? slots : undefined;
    const routing = columns[schema.routing]!;
    for (let i = 0; i < count; i++) slots[i] = keyCode.slotOfRouting(routing.at(this.row + i));
    return slots;
  }

  #picked(partition: number, rows: number, slots: Int32Array): Pick<Part, 'picks' | 'slots'> {
    const picks = new Int32Array(rows);
    const picked = new Int32Array(rows);
    let at = 0;
    for (let i = 0; i < slots.length; i++) {
      if (this.#router.indexOf(slots[i]!) !== partition) continue;
      picks[at] = this.row + i;
      picked[at++] = slots[i]!;
    }
    return { picks, slots: picked };
  }

  #writePart({ inserter, picks, slots }: Part, { columns }: RunBatch): void {
    for (let done = 0; done < picks.length;) {
      const count = inserter.insert(columns, picks.subarray(done), slots.subarray(done));
      this.written += count;
      this.inserted += count;
      done += count;
      // A row that may be there. Where the next one is too, the rest goes the same way.
      const end = count === 0 ? picks.length : Math.min(done + 1, picks.length);
      for (; done < end; done++) this.#writeRow(picks[done]!);
    }
  }

  #writeRow(row: number): void {
    const { onConflict, onRefused } = this.#options;
    try {
      if (this.#router.writeStaged(this.#batch.columns, row, this.#stage, onConflict)) this.inserted++;
      this.written++;
    } catch (error) {
      if (!isAboutRow(error)) throw error;
      onRefused(row, error);
    }
  }
}
