/**
 * Bytes that many hold under one bound: past it, who holds more than an equal share is to take no more before it has given some back. So those who hold much
 * cannot keep the others from going on.
 */
export class SharedBytes {
  readonly #most: number;
  #bytes = 0;
  #holders = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** One more who may hold some of them. */
  part(): SharedPart {
    this.#holders++;
    return new SharedPart(this);
  }

  /** Bytes that were taken or, below zero, given back. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  leave(): void {
    this.#holders--;
  }

  isPastShare(bytes: number): boolean {
    return this.#bytes > this.#most && bytes > this.#most / this.#holders;
  }
}

/** What one of them holds. */
export class SharedPart {
  readonly #shared: SharedBytes;
  #bytes = 0;
  #isOver = false;

  constructor(shared: SharedBytes) {
    this.#shared = shared;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether no more is to be taken. */
  get isPastShare(): boolean {
    return this.#shared.isPastShare(this.#bytes);
  }

  add(bytes: number): void {
    if (this.#isOver) return;
    this.#bytes += bytes;
    this.#shared.add(bytes);
  }

  set(bytes: number): void {
    this.add(bytes - this.#bytes);
  }

  /** It holds nothing any more. */
  close(): void {
    if (this.#isOver) return;
    this.set(0);
    this.#isOver = true;
    this.#shared.leave();
  }
}
