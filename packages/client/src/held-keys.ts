import { WeftError } from '@weft/base';
import type { KeyCode, Source } from '@weft/data';
import { textOfKey } from './key-text.ts';
import type { StagedRow } from './router.ts';

/** The keys of rows that are held back and must all be new. */
export class HeldKeys {
  readonly #keyCode: KeyCode;
  readonly #positions = new Map<string, number>();

  constructor(keyCode: KeyCode) {
    this.#keyCode = keyCode;
  }

  /** Throws KEY_EXISTS where a row of the table, or one held before, has the key. */
  add({ values }: StagedRow, source: Source, position: number): void {
    const key = this.#keyCode.of(values);
    const text = textOfKey(key);
    const before = this.#positions.get(text);
    if (before !== undefined) throw this.#exists(key, `is row ${before} of this call already`);
    if (source.get(key) !== undefined) throw this.#exists(key, 'exists');
    this.#positions.set(text, position);
  }

  #exists(key: unknown, how: string): WeftError {
    const described = this.#keyCode.describe(key);
    const type = this.#keyCode.typeName;
    return new WeftError('KEY_EXISTS', `${type} with ${described} ${how}, and the write said onConflict: 'fail'.`, {
      details: { type, key: described },
    });
  }
}
