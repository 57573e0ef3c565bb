import type { Dictionary } from './dictionary.ts';

/** The texts of one batch, each there once, and the codes that a dictionary has for them, looked up when they are first met. */
export class CodedRun {
  readonly values: readonly unknown[];
  /** Bounds of the prefixes written last. */
  min = Infinity;
  max = -Infinity;
  /** By position in `values`. A code counts only while its text is that value. */
  readonly #codes: Uint16Array;

  constructor(values: readonly unknown[]) {
    this.values = values;
    this.#codes = new Uint16Array(values.length);
  }

  /** Writes the codes of the first texts of `picks` that the dictionary knows, from the cell `first` on. How many. */
  write(dictionary: Dictionary, cells: Uint16Array, first: number, data: ArrayLike<number>, picks: Int32Array): number {
    const { texts, prefixes } = dictionary;
    const { values } = this;
    const codes = this.#codes;
    let min = Infinity;
    let max = -Infinity;
    let i = 0;
    for (; i < picks.length; i++) {
      const at = data[picks[i]!]!;
      const text = values[at];
      if (typeof text !== 'string') break;
      let code = codes[at]!;
      if (texts[code] !== text) {
        code = dictionary.codeOf(text);
        if (code < 0) break;
        codes[at] = code;
      }
      cells[first + i] = code;
      dictionary.hold(code);
      const prefix = prefixes[code]!;
      if (prefix < min) min = prefix;
      if (prefix > max) max = prefix;
    }
    this.min = min;
    this.max = max;
    return i;
  }
}
