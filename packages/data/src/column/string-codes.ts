import { utf8Length } from '@weft/base';
import type { TableMemory } from '../memory/page-run.ts';
import { CodedRun } from './coded-run.ts';
import { Dictionary, DICTIONARY_MAX, DICTIONARY_TEXT_MAX, NO_CODE, type DictionaryPages } from './dictionary.ts';
import { roomToLeave, roomToLeaveAlone } from './string-room.ts';

/** A dictionary may grow this far whatever the column holds; past it, it must stay below a share of the rows. */
const DICTIONARY_FREE = 16_384;
const DICTIONARY_SHARE_OF_ROWS = 1 / 8;

/** The dictionary of a column as it was at one moment. */
export interface CodesImage {
  /** By code. */
  readonly texts: readonly string[];
  readonly rowsWritten: number;
  readonly hasGivenUp: boolean;
}

/**
 * Whether and how the texts of a string column become codes: its dictionary, and how far that may grow. Once it met a text too
 * many it has given up: pages that are added then hold no codes, and those that do leave them as they are written.
 */
export class StringCodes {
  /** Absent where the column never had one, or no page needs it any more. A field, since every point read looks at it; set here alone. */
  dictionary: Dictionary | undefined;
  /** Texts that the column was given, with codes or without: what the dictionary may grow to is a share of them. */
  rowsWritten = 0;
  #hasGivenUp = false;
  /** The texts of the batch written last. */
  #run: CodedRun | undefined;
  readonly #memory: TableMemory;
  readonly #startsWithCodes: boolean;
  /** Codes that there were when the column was frozen. */
  readonly #frozenLength: number;

  /** `startsWithCodes`: false where the values are known to differ from row to row. `from`: the codes of the column that is frozen. */
  constructor(memory: TableMemory, startsWithCodes: boolean, from?: StringCodes) {
    this.#memory = memory;
    this.#startsWithCodes = startsWithCodes;
    this.#frozenLength = from?.dictionary?.length ?? 0;
    if (from !== undefined) {
      this.dictionary = from.dictionary;
      this.rowsWritten = from.rowsWritten;
      this.#hasGivenUp = from.#hasGivenUp;
    } else this.dictionary = startsWithCodes ? new Dictionary(memory) : undefined;
  }

  /** The codes that there were when these were frozen, for a copy elsewhere; `undefined` where there is no dictionary. */
  image(): CodesImage | undefined {
    if (this.dictionary === undefined) return undefined;
    const texts = this.dictionary.texts.slice(0, this.#frozenLength);
    return { texts, rowsWritten: this.rowsWritten, hasGivenUp: this.#hasGivenUp };
  }

  /** Takes the codes of a copy, in a column without rows; `undefined`: there were none any more. */
  restore(image: Omit<CodesImage, 'texts'> | undefined): void {
    if (image === undefined) {
      this.dictionary?.release();
      this.dictionary = undefined;
      return;
    }
    this.dictionary ??= new Dictionary(this.#memory);
    this.rowsWritten = image.rowsWritten;
    this.#hasGivenUp = image.hasGivenUp;
  }

  /** As they are now, to read only: the dictionary stays readable when the column lets go of it. */
  freeze(): StringCodes {
    return new StringCodes(this.#memory, false, this);
  }

  /** Whether a text has been met that the dictionary may not take for want of bounds: its pages leave it one after another. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  /** Whether a page that is added holds codes. */
  get suitNewPages(): boolean {
    return this.dictionary !== undefined && !this.#hasGivenUp;
  }

  /** The code of a text, a new one if need be, or -1 where the dictionary, which there is, may not take it. */
  codeFor(text: string): number {
    const dictionary = this.dictionary!;
    const code = dictionary.codeOf(text);
    if (code >= 0) return code;
    if (text.length > DICTIONARY_TEXT_MAX) return -1;
    if (this.#mayGrow(dictionary)) return dictionary.add(text);
    this.#hasGivenUp = true;
    return -1;
  }

  /** The codes of a batch's texts, remembered while it is written. */
  runOf(values: readonly unknown[]): CodedRun {
    if (this.#run?.values !== values) this.#run = new CodedRun(values);
    return this.#run!;
  }

  /** Lets go of the codes that rows of a page hold, from `first` on. */
  dropCells(codes: Uint16Array, first: number, isHeld: (row: number) => boolean): void {
    for (let at = 0; at < codes.length; at++) {
      const code = codes[at]!;
      if (code !== NO_CODE && isHeld(first + at)) this.dictionary!.drop(code);
    }
  }

  /** Counts the rows of a page that hold codes. */
  holdCells(codes: Uint16Array, first: number, isHeld: (row: number) => boolean): void {
    for (let at = 0; at < codes.length; at++) if (isHeld(first + at)) this.dictionary!.hold(codes[at]!);
  }

  /** Room for rewriting pages of codes where `value`, which goes to a page with so many rows, makes them leave: of `pages` at most. */
  roomFor(value: string, rows: number, pages: number): number {
    const { dictionary } = this;
    if (dictionary === undefined || dictionary.codeOf(value) >= 0) return 0;
    const bytes = utf8Length(value);
    if (value.length <= DICTIONARY_TEXT_MAX && this.#mayGrow(dictionary)) return dictionary.growthBytes(bytes);
    if (value.length > DICTIONARY_TEXT_MAX && !this.#hasGivenUp) return roomToLeaveAlone(dictionary, rows, bytes);
    return roomToLeave(dictionary, pages, bytes);
  }

  /** No page holds codes any more. */
  release(): void {
    this.dictionary!.release();
    this.dictionary = undefined;
  }

  clear(): void {
    this.#run = undefined;
    this.rowsWritten = 0;
    if (!this.#startsWithCodes) return;
    this.dictionary?.release();
    this.dictionary = new Dictionary(this.#memory);
    this.#hasGivenUp = false;
  }

  /** The codes that there were when these were frozen, for a reader in another thread. */
  describe(): DictionaryPages | undefined {
    return this.dictionary?.describe(this.#frozenLength);
  }

  /** Reads another thread's dictionary, where it has one. */
  adopt(pages: DictionaryPages | undefined): void {
    if (pages === undefined) this.dictionary = undefined;
    else this.dictionary?.adopt(pages);
  }

  get bytes(): number {
    return this.dictionary?.bytes ?? 0;
  }

  #mayGrow(dictionary: Dictionary): boolean {
    const { length } = dictionary;
    if (length < DICTIONARY_FREE || dictionary.hasFreeCode) return true;
    return length < DICTIONARY_MAX && length < this.rowsWritten * DICTIONARY_SHARE_OF_ROWS;
  }
}
