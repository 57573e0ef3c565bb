/** Items by a number, the least first: a binary heap. An item may be in it several times. */
export class Earliest<T> {
  readonly #numbers: number[] = [];
  readonly #items: T[] = [];

  get first(): T | undefined {
    return this.#items[0];
  }

  /** The number of the first. */
  get firstNumber(): number | undefined {
    return this.#numbers[0];
  }

  add(number: number, item: T): void {
    let at = this.#items.length;
    this.#numbers.push(number);
    this.#items.push(item);
    for (let parent = (at - 1) >> 1; at > 0 && this.#numbers[parent] > number; parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  removeFirst(): void {
    this.#swap(0, this.#items.length - 1);
    this.#numbers.pop();
    this.#items.pop();
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= this.#items.length) return;
      const right = left + 1;
      const least = right < this.#items.length && this.#numbers[right] < this.#numbers[left] ? right : left;
      if (this.#numbers[at] <= this.#numbers[least]) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#numbers[a], this.#numbers[b]] = [this.#numbers[b], this.#numbers[a]];
    [this.#items[a], this.#items[b]] = [this.#items[b], this.#items[a]];
  }
}
