import { assert } from '@weft/base';
import { planEvolution, type RowValues, type Slice, type TypeSchema, type Work } from '@weft/data';
import { DamagedRecord, type Effect } from '@weft/log';
import type { TablePort } from '../partition/table-port.ts';
import { RowHash } from './row-hash.ts';
import { SlotDigests } from './slot-digests.ts';
import { RUN_ROWS_MAX } from './insert-run.ts';
import { digestTable } from './table-digests.ts';
import { TableReplay } from './table-replay.ts';

type RowEffect = Exclude<Effect, { readonly op: 'work' | 'groupCommit' }>;

/** Makes the changes of one type in one partition again, and keeps account of what its rows must be. */
export class TypeReplay {
  readonly #port: TablePort;
  #table: TableReplay;
  #hash: RowHash;
  /** What the rows are, as records tell: those that changed behind this position, and how many there are in all. */
  readonly #since: number;
  #expected = new SlotDigests();
  #rows: number;
  /** Rows that are added, until some are there or something else comes: see `flush`. */
  readonly #added: RowValues[] = [];

  /** `since`: a position that the rows which are there are of, as those who brought them know; 0 where there are none. */
  constructor(port: TablePort, since = 0) {
    this.#port = port;
    this.#table = new TableReplay(port.table);
    this.#hash = new RowHash(port.schema);
    this.#since = since;
    this.#rows = port.rows;
  }

  get schema(): TypeSchema {
    return this.#port.schema;
  }

  /** Rows that are added may be there once `flush` was called only. Throws DamagedRecord, MEMORY_LIMIT. */
  apply(effect: RowEffect): void {
    if (effect.schema !== this.#port.schema && effect.schema.fingerprint !== this.#port.schema.fingerprint)
      throw new DamagedRecord(
        `a record has a row of ${effect.schema.name} by another declaration than that of its time`,
      );
    const table = this.#table;
    const { lsn, slot } = effect;
    if (effect.op !== 'insert') this.flush();
    switch (effect.op) {
      case 'insert': {
        this.#added.push(table.complete(effect.after as RowValues, slot, lsn));
        if (this.#added.length === RUN_ROWS_MAX) this.flush();
        return;
      }
      case 'replace': {
        const row = table.find(table.table.keyCode.of(effect.after));
        this.#leave(slot, row);
        table.replace(row, effect.after, lsn);
        this.#expected.add(slot, this.#hash.of(effect.after));
        return;
      }
      case 'update': {
        const row = table.find(effect.key);
        this.#leave(slot, row);
        table.update(row, effect.ordinals, effect.after, lsn);
        // The row may have moved since.
        this.#expected.add(slot, this.#hashOf(table.find(effect.key)));
        return;
      }
      case 'clear':
        table.table.clear();
        this.#expected.clear();
        this.#rows = 0;
        return;
      default: {
        const row = table.find(effect.key);
        this.#leave(slot, row);
        table.remove(row);
        this.#rows--;
      }
    }
  }

  /** All rows that were added are there. Throws as `apply` does. */
  flush(): void {
    const rows = this.#added;
    if (rows.length === 0) return;
    // First what they must be: who stores them has no say in it.
    for (const values of rows) this.#expected.add(this.#table.slotOf(values), this.#hash.of(values));
    this.#table.insertAll(rows);
    this.#rows += rows.length;
    rows.length = 0;
  }

  /** Goes over to the next declaration, with all rows. `expiryMs`: what rows without an expiry got then. */
  *evolve(schema: TypeSchema, expiryMs: number | undefined, slice: Slice): Work<void> {
    this.flush();
    const plan = planEvolution(this.#port.schema, schema);
    const prepared = yield* this.#port.evolve(plan, { slice }, { expiryMs });
    assert(prepared.isReady, 'nothing else is under way while changes are made again');
    prepared.commit();
    this.#table = new TableReplay(this.#port.table);
    this.#hash = new RowHash(this.#port.schema);
    this.#expected = yield* digestTable(this.#port.table, slice, this.#since);
  }

  /** Reads all rows that changed: whether they are what records say. The slot that is not; −1 where all are. */
  *verify(slice: Slice): Work<number> {
    this.flush();
    const slot = (yield* digestTable(this.#port.table, slice, this.#since)).differenceFrom(this.#expected);
    // Rows that did not change are in no digest, but they are counted.
    return slot < 0 && this.#port.rows !== this.#rows ? 0 : slot;
  }

  /** A row is about to go or to change. */
  #leave(slot: number, row: number): void {
    if (this.#table.lsnOf(row) > this.#since) this.#expected.remove(slot, this.#hashOf(row));
  }

  #hashOf(row: number): number {
    return this.#hash.ofRow(this.#table.table.columns, row);
  }
}
