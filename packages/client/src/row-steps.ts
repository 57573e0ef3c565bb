import type { RowValues, TypeSchema } from '@weft/data';

/** What is written between two looks at the clock, in units of text: some 0.1 ms. */
const STEP_UNITS = 65_536;
/** What a row takes beside its text, in the same units: 32 short rows are a step. */
const ROW_UNITS = 2048;

/** Says after which row of many it is time to look at the clock: a look costs a tenth of a short row, and a row may be megabytes. */
export class RowSteps {
  readonly #long: readonly number[];
  readonly #isUnsure: boolean;
  #left = STEP_UNITS;

  constructor({ columns }: TypeSchema) {
    this.#long = columns
      .filter(({ kind }) => kind.name === 'string' || kind.name === 'bytes')
      .map(({ ordinal }) => ordinal);
    // How long these are is not known without a walk, which costs more than the look.
    this.#isUnsure = columns.some(({ kind }) => kind.name === 'json' || kind.name === 'array');
  }

  /** Notes a row. Whether a step is full. */
  isFull(values: RowValues): boolean {
    if (this.#isUnsure) return true;
    let units = ROW_UNITS;
    for (let i = 0; i < this.#long.length; i++) {
      const value = values[this.#long[i]!] as string | Uint8Array | undefined;
      if (value !== undefined) units += value.length;
    }
    this.#left -= units;
    if (this.#left > 0) return false;
    this.#left = STEP_UNITS;
    return true;
  }
}
