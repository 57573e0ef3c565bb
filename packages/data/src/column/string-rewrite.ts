import { utf8Length } from '@weft/base';
import type { Heap } from '../memory/heap.ts';
import { ROW_BITS, ROWS_PER_PAGE } from '../memory/layout.ts';
import { writeCell } from './string-cells.ts';
import type { StringPages } from './string-pages.ts';
import { StringSurvey } from './string-survey.ts';

export interface Rewriting {
  readonly page: number;
  /** A row that is about to be written: what it holds is left out. */
  readonly except: number;
  /** What it will hold. */
  readonly value?: string;
  /** Segment that the new page should be in. */
  readonly near: number;
  readonly pages: StringPages;
  readonly heap: Heap;
  /** Whether a row has been written. */
  readonly isHeld: (row: number) => boolean;
  /** The text of a row, as the old page has it. */
  readonly textOf: (row: number) => string | undefined;
}

/**
 * Gives a page the form that suits its texts: reads them all, lets the old page go and writes the new one, some 0.6 ms. A
 * snapshot keeps the old page. The stride of the cells, 0 for refs.
 */
export function rewritePage(rewriting: Rewriting): number {
  const { page, near, pages, heap } = rewriting;
  const { texts, stride } = read(rewriting);
  const refs = pages.refs.views[page];
  if (refs !== undefined)
    for (let at = 0; at < texts.length; at++) if (texts[at] !== undefined) heap.release(refs[at]!);
  pages.remove(page);
  if (stride > 0) fillCells(pages.addInline(page, near, stride).fill(0), texts);
  else fillRefs(pages.refs.add(page, near).fill(0), texts, heap);
  return stride;
}

/** The texts of the page by place, `undefined` where there is none. */
function read({ page, except, value, isHeld, textOf }: Rewriting): { texts: (string | undefined)[]; stride: number } {
  const survey = new StringSurvey();
  if (value !== undefined) survey.add(utf8Length(value));
  const texts = new Array<string | undefined>(ROWS_PER_PAGE);
  const first = page << ROW_BITS;
  for (let at = 0; at < ROWS_PER_PAGE; at++) {
    if (first + at === except || !isHeld(first + at)) continue;
    const text = textOf(first + at);
    texts[at] = text;
    if (text === undefined) survey.addAbsent();
    else survey.add(utf8Length(text));
  }
  return { texts, stride: survey.stride };
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
