import type { Kind } from '@weft/data';
import { ColumnGuess } from './column-guess.ts';

/** What a property of JSON objects may be. */
export class JsonGuess {
  readonly name: string;
  readonly #texts: ColumnGuess;
  #numbers = 0;
  #texted = 0;
  #bools = 0;
  #others = 0;
  #absent: number;

  /** `before`: objects that came before the property was first seen. */
  constructor(name: string, before: number) {
    this.name = name;
    this.#absent = before;
    this.#texts = new ColumnGuess(name);
  }

  get isOptional(): boolean {
    return this.#absent > 0;
  }

  get isUnique(): boolean {
    return this.#absent === 0 && this.#others === 0 && this.#texts.isUnique;
  }

  add(value: unknown): void {
    if (value === undefined || value === null) this.#absent++;
    else if (typeof value === 'object') this.#others++;
    else {
      if (typeof value === 'number') this.#numbers++;
      else if (typeof value === 'boolean') this.#bools++;
      else this.#texted++;
      this.#texts.add(String(value as string | number | boolean));
    }
  }

  kind(): Kind {
    const seen = [this.#numbers, this.#bools, this.#texted].filter((count) => count > 0).length;
    if (this.#others > 0 || seen > 1) return { name: 'json' };
    const kind = this.#texts.kind();
    // What JSON writes as a string is no number, but a decimal or an int64 it may be.
    if (this.#texted > 0 && (kind.name === 'int32' || kind.name === 'float64' || kind.name === 'bool'))
      return { name: 'string' };
    // JSON.parse made a double of every number, so that nothing is lost that is not lost already.
    return this.#numbers > 0 && kind.name !== 'int32' && kind.name !== 'int64' ? { name: 'float64' } : kind;
  }
}
