import { ValueRun, type RowValues } from '@weft/data';
import type { Router } from './router.ts';
import { isAboutRow } from './row-fault.ts';

/** The keys that Weft makes for the rows of a batch, as one more column of it. */
export class MadeKeys {
  /** By ordinal: the columns of the batch, that of the keys in the place of what was given for it. */
  readonly columns: readonly ValueRun[];
  readonly #router: Router;
  readonly #ordinal: number;
  readonly #given: ValueRun;
  readonly #routing: ValueRun;
  /** By row, as far as they have been made. */
  readonly #keys: unknown[];
  readonly #values: RowValues;

  /** `ordinal`: of the column that the keys go to. */
  constructor(router: Router, ordinal: number, given: readonly ValueRun[], rows: number) {
    const { columns, routing } = router.schema;
    this.#router = router;
    this.#ordinal = ordinal;
    this.#given = given[ordinal]!;
    this.#routing = given[routing]!;
    this.#keys = Array.from({ length: rows });
    this.#values = columns.map(() => undefined);
    this.columns = given.with(ordinal, new ValueRun(columns[ordinal]!, { ordinal, data: this.#keys }));
  }

  /** Makes the keys of the rows from `first` on, and finds as many slots. False where a row brings a key that it cannot have. */
  place(first: number, slots: Int32Array): boolean {
    const values = this.#values;
    try {
      for (let i = 0; i < slots.length; i++) {
        values[this.#router.schema.routing] = this.#routing.at(first + i);
        values[this.#ordinal] = this.#given.at(first + i);
        slots[i] = this.#router.placer.place(values);
        this.#keys[first + i] = values[this.#ordinal];
      }
      return true;
    } catch (error) {
      if (!isAboutRow(error)) throw error;
      return false;
    }
  }
}
