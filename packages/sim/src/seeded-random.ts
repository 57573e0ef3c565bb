import { murmur3String, type Random } from '@weft/base';

/**
 * Random numbers that follow from a seed and a name: one stream for each concern, so that a change in one does not shift the others. The
 * generator is sfc32 (Chris Doty-Humphrey, PractRand).
 */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number, stream: string) {
    const text = `${seed}/${stream}`;
    this.#a = murmur3String(text, 1);
    this.#b = murmur3String(text, 2);
    this.#c = murmur3String(text, 3);
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0 to below 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** A number from `from` to below `to`. */
  between(from: number, to: number): number {
    return from + this.fraction() * (to - from);
  }

  chance(likelihood: number): boolean {
    return this.fraction() < likelihood;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  /** Mostly near `meanMs`, now and then many times that. */
  delayMs(meanMs: number): number {
    return -Math.log(1 - this.fraction()) * meanMs;
  }
}
