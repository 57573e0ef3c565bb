import type { PageView } from '@weft/data';

/**
 * What pages were called when they were kept elsewhere. A page is known by its views, which are others once it has been written
 * again (`Epochs.mark`): so what is found here still holds, and pages that go take their names along.
 */
export class PageNames {
  readonly #names = new WeakMap<PageView, { readonly name: string; readonly nulls: PageView | undefined }>();

  /** The name of a page with its bitmap of absent values, `undefined` where it has been written since, or never kept. */
  of(cells: PageView, nulls: PageView | undefined): string | undefined {
    const known = this.#names.get(cells);
    return known !== undefined && known.nulls === nulls ? known.name : undefined;
  }

  set(cells: PageView, nulls: PageView | undefined, name: string): void {
    this.#names.set(cells, { name, nulls });
  }
}
