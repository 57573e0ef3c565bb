import type { PageView } from '../memory/page-run.ts';
import type { ZoneImage } from './zone-map.ts';

/** What the cells of a page are: those of the column's kind, or of text codes, refs, or the text itself. */
export type PageForm = 'cells' | 'codes' | 'refs' | 'text';

/** A page of a column as a snapshot holds it, for a copy elsewhere. */
export interface PageImage {
  readonly form: PageForm;
  /** The view tells the page at this age from all others: see `Epochs.mark`. */
  readonly cells: PageView;
  /** `undefined` where every row has a value. */
  readonly nulls: Uint8Array<SharedArrayBuffer> | undefined;
  readonly zone: ZoneImage;
}

/** The same as it comes back. */
export interface PageBytes {
  readonly form: PageForm;
  readonly cells: Uint8Array;
  readonly nulls: Uint8Array | undefined;
  readonly zone: ZoneImage;
}
