import type { TypeSchema } from '@weft/data';
import type { Table } from '../table/table.ts';

/** What Weft keeps of each row beside the declared columns, as a queue reads it. */
export class SystemCells {
  readonly #table: Table;
  readonly #lsn: number;
  readonly #slot: number;

  constructor(table: Table) {
    const ordinalOf = (role: TypeSchema['columns'][number]['role']): number =>
      table.schema.columns.findIndex((column) => column.role === role);
    this.#table = table;
    this.#lsn = ordinalOf('lsn');
    this.#slot = ordinalOf('slot');
  }

  /** Of the row's last change. */
  lsnOf(row: number): number {
    return this.#table.columns[this.#lsn].get(row) as number;
  }

  slotOf(row: number): number {
    return this.#table.columns[this.#slot].get(row) as number;
  }
}
