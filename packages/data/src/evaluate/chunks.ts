/** Items of one chunk. */
export const CHUNK_ITEMS = 512;

/** A list that grows in small steps: a long array is copied whole each time its room is used up, some 5 ms at a million. */
export class Chunks<T> {
  readonly #chunks: T[][] = [];
  #last: T[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length % CHUNK_ITEMS === 0) this.#chunks.push((this.#last = []));
    this.#last.push(item);
    this.#length++;
  }

  at(index: number): T | undefined {
    return this.#chunks[Math.floor(index / CHUNK_ITEMS)]?.[index % CHUNK_ITEMS];
  }

  /** The items in order, CHUNK_ITEMS at a time: so that whoever goes through them can pause in between. */
  get chunks(): readonly (readonly T[])[] {
    return this.#chunks;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }
}
