/** Pages given back together, by their views and first units; `undefined` is a hole. */
export interface GivenPages {
  readonly views: readonly ({ readonly byteLength: number } | undefined)[];
  readonly units: readonly number[];
}

interface Run {
  readonly unit: number;
  readonly units: number;
}

/** Runs of units that were given back and whose blocks are not ready for others yet: taking in any number of them costs next to nothing. */
export class GivenLater {
  readonly #unitBytes: number;
  readonly #runs: Run[] = [];
  /** With how many of their pages are still here. */
  readonly #pages: { readonly pages: GivenPages; left: number }[] = [];
  #units = 0;

  constructor(unitBytes: number) {
    this.#unitBytes = unitBytes;
  }

  /** Units of all runs. */
  get units(): number {
    return this.#units;
  }

  push(unit: number, units: number): void {
    this.#runs.push({ unit, units });
    this.#units += units;
  }

  /** Pages of `bytes` together. */
  pushPages(pages: GivenPages, bytes: number): void {
    if (bytes === 0) return;
    this.#pages.push({ pages, left: pages.views.length });
    this.#units += bytes / this.#unitBytes;
  }

  /** Takes some run out, `undefined` where there is none. */
  pop(): Run | undefined {
    const run = this.#runs.pop() ?? this.#popPage();
    if (run !== undefined) this.#units -= run.units;
    return run;
  }

  #popPage(): Run | undefined {
    for (let last = this.#pages.at(-1); last !== undefined; last = this.#pages.at(-1)) {
      const { views, units } = last.pages;
      while (last.left > 0) {
        const page = --last.left;
        const view = views[page];
        if (view !== undefined) return { unit: units[page], units: view.byteLength / this.#unitBytes };
      }
      this.#pages.pop();
    }
    return undefined;
  }
}
