/** What can be in one linked list at a time. */
export interface Linked<T> {
  prev: T | undefined;
  next: T | undefined;
  /** The list that it is in. */
  list: { remove(item: T): void } | undefined;
}

/** A doubly linked list through its items: nothing is allocated, and whatever its length no step is long. */
export class LinkedList<T extends Linked<T>> {
  first: T | undefined;
  #last: T | undefined;

  get isEmpty(): boolean {
    return this.first === undefined;
  }

  /** Puts an item that is in no list to the end. */
  append(item: T): void {
    item.list = this;
    item.prev = this.#last;
    item.next = undefined;
    if (this.#last === undefined) this.first = item;
    else this.#last.next = item;
    this.#last = item;
  }

  remove(item: T): void {
    if (item.prev === undefined) this.first = item.next;
    else item.prev.next = item.next;
    if (item.next === undefined) this.#last = item.prev;
    else item.next.prev = item.prev;
    item.list = item.prev = item.next = undefined;
  }
}
