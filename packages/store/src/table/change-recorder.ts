import { KeyCode, type Column, rowCodeOf, type Key, type RowCode, type RowValues, type TypeSchema } from '@weft/data';
import type { PartitionLog, RemovalReason } from '@weft/log';
import type { Watched } from './row-watch.ts';
import { TableWatches } from './table-watches.ts';

/** A row that is about to go, as its record will say. */
export interface LeavingRow {
  readonly key: Key;
  readonly slot: number;
  readonly before: RowValues | undefined;
  /** Of its last change. */
  readonly lsn: number;
}

/** Tells the log, and those who watch, what a table changes. While the log is off and nobody watches, it costs a look at each. */
export class ChangeRecorder {
  readonly watches: TableWatches;
  readonly #schema: TypeSchema;
  readonly #columns: readonly Column[];
  readonly #log: PartitionLog;
  readonly #rowCode: RowCode;
  readonly #key: readonly Column[];
  readonly #slot: Column;
  readonly #lsn: number;
  readonly #version: number;
  readonly #watched: Watched;

  /** `watched`: a work queue, where the type is one, hears of each row before and behind its change. */
  constructor(schema: TypeSchema, columns: readonly Column[], log: PartitionLog, watched: Watched = { by: undefined }) {
    this.#watched = watched;
    const ordinalOf = (role: string): number => schema.columns.findIndex((column) => column.role === role);
    this.watches = new TableWatches(schema, columns);
    this.#schema = schema;
    this.#columns = columns;
    this.#log = log;
    this.#rowCode = rowCodeOf(schema);
    this.#key = new KeyCode(schema).columns.map(({ ordinal }) => columns[ordinal]);
    this.#slot = columns[ordinalOf('slot')];
    this.#lsn = ordinalOf('lsn');
    this.#version = ordinalOf('version');
  }

  /** What a row holds before it changes, where records say that. */
  before(row: number): RowValues | undefined {
    this.#watched.by?.changing(row);
    return this.#before(row);
  }

  #before(row: number): RowValues | undefined {
    if (this.watches.count > 0) this.watches.row(row);
    return this.#log.wantsBefore(this.#schema) ? this.#valuesOf(row) : undefined;
  }

  inserted(row: number, values: RowValues, slot: number): void {
    this.#watched.by?.added(row);
    if (this.watches.count > 0) this.watches.values(values, slot);
    if (this.#log.isOn) this.#log.inserted(this.#schema, values[this.#lsn] as number, slot, values);
  }

  replaced(row: number, values: RowValues, slot: number, before: RowValues | undefined): void {
    this.#watched.by?.changed(row);
    if (this.watches.count > 0) this.watches.values(values, slot);
    if (this.#log.isOn) this.#log.replaced(this.#schema, values[this.#lsn] as number, slot, values, before);
  }

  /**
   * The columns at `ordinals` have these values now; the change is that of `lsn`. Where records say what was before, they say all of the row: filters
   * need it.
   */
  patched(
    row: number,
    lsn: number,
    ordinals: readonly number[],
    values: readonly unknown[],
    before: RowValues | undefined,
  ): void {
    this.#watched.by?.changed(row);
    if (this.watches.count > 0) this.watches.row(row);
    if (!this.#log.isOn) return;
    if (before !== undefined) {
      this.#log.replaced(this.#schema, lsn, this.#slot.get(row) as number, this.#valuesOf(row), before);
      return;
    }
    const hasVersion = this.#version >= 0;
    this.#log.updated(this.#schema, lsn, this.#slot.get(row) as number, {
      key: this.#keyOf(row),
      ordinals: hasVersion ? [...ordinals, this.#version] : ordinals,
      after: hasVersion ? [...values, this.#columns[this.#version].get(row)] : values,
      before: undefined,
    });
  }

  /** To be asked before the row goes; `undefined` where nobody wants to know. */
  leaving(row: number): LeavingRow | undefined {
    this.#watched.by?.removing(row);
    if (!this.#log.isOn) {
      if (this.watches.count > 0) this.watches.row(row);
      return undefined;
    }
    return {
      key: this.#keyOf(row),
      slot: this.#slot.get(row) as number,
      before: this.#before(row),
      lsn: this.#columns[this.#lsn].get(row) as number,
    };
  }

  removed(leaving: LeavingRow | undefined, reason: RemovalReason): void {
    const lsn = this.#log.nextLsn();
    if (leaving === undefined) return;
    const { slot, key, before } = leaving;
    this.#log.removed(this.#schema, lsn, slot, reason, key, before);
    if (reason !== 'delete')
      this.#log.wentForGood(leaving.lsn, (now) => this.#log.removed(this.#schema, now, slot, reason, key, before));
  }

  cleared(): void {
    this.#watched.by?.cleared();
    if (this.watches.count > 0) this.watches.all();
    const lsn = this.#log.nextLsn();
    if (this.#log.isOn) this.#log.cleared(this.#schema, lsn);
  }

  #valuesOf(row: number): RowValues {
    return this.#rowCode.values(this.#columns, row);
  }

  /** Whether a row that comes is to be told of. */
  get isHeard(): boolean {
    return this.#log.isOn || this.watches.count > 0 || this.#watched.by !== undefined;
  }

  #keyOf(row: number): Key {
    return this.#key.length === 1 ? this.#key[0].get(row) : this.#key.map((column) => column.get(row));
  }
}
