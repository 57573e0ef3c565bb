import { utf8Length } from '@weft/base';
import type { Heap } from '../memory/heap.ts';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import { writeCell } from './string-cells.ts';
import type { StringCodes } from './string-codes.ts';
import type { StringForms } from './string-forms.ts';
import { NO_REF, type StringPages } from './string-pages.ts';
import { PAGES_LEAVING_MAX } from './string-room.ts';
import { StringSurvey } from './string-survey.ts';

/** The column whose pages are rewritten. */
interface Rewritten {
  get(row: number): string | undefined;
  isNull(row: number): boolean;
}

/** What it shares. */
interface RewriterParts {
  readonly pages: StringPages;
  readonly heap: Heap;
  readonly codes: StringCodes;
  readonly forms: StringForms;
  /** Where the page should be. */
  readonly segmentOf: (page: number) => number;
  /** Whether a row has been written. */
  readonly isHeld: (row: number) => boolean;
}

/**
 * Gives pages of a string column the form that suits their texts: reads them all, lets the old page go and writes the new one, some
 * 0.6 ms each. A snapshot keeps the old page. What the row holds that is about to be written is left out.
 */
export class StringRewriter {
  readonly #column: Rewritten;
  readonly #parts: RewriterParts;

  constructor(column: Rewritten, parts: RewriterParts) {
    this.#column = column;
    this.#parts = parts;
  }

  /** Rewrites the page of `row`, which is about to be written, from codes; others too if that frees the dictionary. */
  leaveCodes(row: number, value: string): void {
    const { forms, codes, pages } = this.#parts;
    forms.settle(this.rewrite(row >>> ROW_BITS, row, value));
    if (!codes.hasGivenUp) return;
    const rest = pages.codes.views.flatMap((cells, other) => (cells === undefined ? [] : [other]));
    if (rest.length >= PAGES_LEAVING_MAX) return;
    for (const other of rest) forms.settle(this.rewrite(other, row));
    codes.release();
  }

  /** Once enough texts have been seen, the first page of refs, that of the row about to be written, becomes one of text. */
  settle(row: number, value: string): void {
    const { forms, pages } = this.#parts;
    const isBetter = pages.refs.views[row >>> ROW_BITS] !== undefined && forms.suiting > 0;
    forms.settle(isBetter ? this.rewrite(row >>> ROW_BITS, row, value) : 0);
  }

  /** Rewrites a page, but for the row `except`, which will hold `value` if it is of this page. The stride of the cells, 0 for refs. */
  rewrite(page: number, except: number, value?: string): number {
    const { pages, heap, forms, segmentOf } = this.#parts;
    this.#dropCodes(page, except);
    const { texts, stride } = this.#read(page, except, value);
    const near = segmentOf(page);
    const refs = pages.refs.views[page];
    if (refs !== undefined)
      for (let at = 0; at < texts.length; at++) if (texts[at] !== undefined) heap.release(refs[at]!);
    pages.remove(page);
    if (stride > 0) fillCells(pages.addInline(page, near, stride).fill(0), texts);
    else fillRefs(pages.refs.add(page, near).fill(0), texts, heap);
    forms.note(stride);
    return stride;
  }

  /** A page of codes becomes another: its rows hold them no more, but for the one that lets go of its code itself. */
  #dropCodes(page: number, except: number): void {
    const { pages, codes, isHeld } = this.#parts;
    const cells = pages.codes.views[page];
    if (cells === undefined) return;
    codes.dropCells(cells, page << ROW_BITS, (row) => row !== except && isHeld(row) && !this.#column.isNull(row));
  }

  /** The texts of the page by place, `undefined` where there is none. */
  #read(page: number, except: number, value?: string): { texts: (string | undefined)[]; stride: number } {
    const { pages, isHeld } = this.#parts;
    const survey = new StringSurvey();
    if (value !== undefined) survey.add(utf8Length(value));
    const texts = new Array<string | undefined>(ROWS_PER_PAGE);
    const refs = pages.refs.views[page];
    const first = page << ROW_BITS;
    for (let at = 0; at < ROWS_PER_PAGE; at++) {
      if (first + at === except || !isHeld(first + at)) continue;
      const text = refs?.[at] === NO_REF ? undefined : this.#column.get(first + at);
      texts[at] = text;
      if (text === undefined) survey.addAbsent();
      else survey.add(utf8Length(text));
    }
    return { texts, stride: survey.stride };
  }
}

function fillCells(cells: Uint8Array, texts: readonly (string | undefined)[]): void {
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at];
    if (text !== undefined) writeCell(cells, at, text);
  }
}

function fillRefs(refs: Uint32Array, texts: readonly (string | undefined)[], heap: Heap): void {
  for (let at = 0; at < texts.length; at++) {
    const text = texts[at];
    if (text !== undefined) refs[at] = heap.putText(text);
  }
}
