import { murmur3String } from '@weft/base';

/** What happened in a run, as a hash: two runs of one seed that did the same have the same. */
export class Trace {
  /** The lines themselves, where somebody wants to read them. */
  readonly lines: string[] | undefined;
  #low = 1;
  #high = 2;

  constructor(keepsLines = false) {
    this.lines = keepsLines ? [] : undefined;
  }

  note(atMs: number, text: string): void {
    const line = `${atMs.toFixed(3)} ${text}`;
    this.#low = murmur3String(line, this.#low);
    this.#high = murmur3String(line, this.#high);
    this.lines?.push(line);
  }

  get hash(): string {
    return [this.#low, this.#high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
