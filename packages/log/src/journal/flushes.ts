import type { WeftError } from '@weft/base';

interface Waiting {
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: WeftError) => void;
}

/** Who waits until so many bytes are synced, in order. */
export class Flushes {
  #waiting: Waiting[] = [];

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  wait(bytes: number): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ bytes, resolve, reject }));
  }

  done(bytes: number): void {
    const isDone = (waiting: Waiting): boolean => waiting.bytes <= bytes;
    for (const { resolve } of this.#waiting.filter(isDone)) resolve();
    this.#waiting = this.#waiting.filter((waiting) => !isDone(waiting));
  }

  fail(error: WeftError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
