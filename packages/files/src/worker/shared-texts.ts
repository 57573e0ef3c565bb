import type { BatchColumn } from '@weft/data';

/** Different texts of one batch up to which a column is taken for one of few texts. */
const TEXTS_PER_BATCH_MAX = 1024;
/** Texts of one column that are kept, whatever the file holds. */
const TEXTS_MAX = 4096;

/**
 * Makes texts that come again with each batch the same strings each time. Between threads every batch gets copies, and a table that looks
 * them up would hash each anew and compare it letter by letter; the same string is known by its address.
 */
export class SharedTexts {
  readonly #byColumn = new Map<number, Map<unknown, unknown>>();

  shared(column: BatchColumn): BatchColumn {
    const { ordinal, values } = column;
    if (values === undefined || values.length > TEXTS_PER_BATCH_MAX) return column;
    const texts = this.#byColumn.get(ordinal) ?? new Map<unknown, unknown>();
    this.#byColumn.set(ordinal, texts);
    return { ...column, values: values.map((value) => (typeof value === 'string' ? sharedText(texts, value) : value)) };
  }
}

function sharedText(texts: Map<unknown, unknown>, text: string): unknown {
  const known = texts.get(text);
  if (known !== undefined) return known;
  if (texts.size < TEXTS_MAX) texts.set(text, text);
  return text;
}
