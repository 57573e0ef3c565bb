import { INLINE_TEXT_MAX } from './string-cells.ts';
import { INLINE_REWRITE_BYTES } from './string-room.ts';
import { StringSurvey } from './string-survey.ts';

/** So many texts tell what form suits those that follow. */
const SURVEY_ROWS = 256;

/**
 * Which form the pages of a string column get that hold no codes: cells of so many bytes, or refs. What comes is taken to be
 * like what came since the last page was added.
 */
export class StringForms {
  readonly #survey = new StringSurvey();
  /** Of the next page, 0 for refs. */
  #stride = 0;
  /** Of all pages since the last `clear`. */
  #strideMin = INLINE_TEXT_MAX;
  #strideMax = 0;
  /** Whether a form has been chosen for a reason. */
  #isSettled = false;

  /** Counts a text of so many bytes that was written to a page without codes. */
  add(bytes: number): void {
    this.#survey.add(bytes);
  }

  addAbsent(): void {
    this.#survey.addAbsent();
  }

  /** Whether the column holds its first page of refs for want of anything known, and now enough is. */
  get isReady(): boolean {
    return !this.#isSettled && this.#survey.rows >= SURVEY_ROWS;
  }

  /** The stride that suits what came, 0 for refs. */
  get suiting(): number {
    return this.#survey.stride;
  }

  /** The stride of a page that is added now. */
  next(): number {
    if (this.#survey.rows >= SURVEY_ROWS) this.settle(this.#survey.stride);
    this.#survey.reset();
    this.note(this.#stride);
    return this.#stride;
  }

  /** Has the next pages get this stride, until texts tell otherwise. */
  settle(stride: number): void {
    this.#stride = stride;
    this.#isSettled = true;
  }

  /** Notes that a page is rewritten with this stride. */
  note(stride: number): void {
    if (stride === 0) return;
    this.#strideMin = Math.min(this.#strideMin, stride);
    this.#strideMax = Math.max(this.#strideMax, stride);
  }

  /** The longest cells that there are, or that the next page may get. */
  get widest(): number {
    return Math.max(this.#strideMax, this.#survey.stride);
  }

  /** Room for rewriting the page that a new row with a text of so many bytes goes to. */
  room(bytes: number): number {
    const fits = this.widest === 0 || bytes <= this.#strideMin;
    return fits ? this.roomToSettle : INLINE_REWRITE_BYTES;
  }

  /** Room for rewriting the first page of refs, while that may come. */
  get roomToSettle(): number {
    return this.#isSettled || this.#survey.rows === 0 ? 0 : INLINE_REWRITE_BYTES;
  }

  clear(): void {
    this.#survey.reset();
    this.#stride = this.#strideMax = 0;
    this.#strideMin = INLINE_TEXT_MAX;
    this.#isSettled = false;
  }
}
