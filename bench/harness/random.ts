/**
 * Seeded pseudo-random numbers: mulberry32 (Tommy Ettinger, 2017, public domain). 32 bits of state
 * are enough to draw inputs, and a seed in the result file repeats the run.
 */
export type RandomSource = () => number;

/** Uniform 32-bit unsigned integers from a seed. */
export function randomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** Uniform in `0 .. bound - 1`, `bound` at most 2^32 (bias below 2^-21 for the bounds used here). */
export function randomBelow(random: RandomSource, bound: number): number {
  return Math.floor((random() / 0x1_0000_0000) * bound);
}

/** `count` uniform draws of `0 .. bound - 1`. */
export function randomIndexes(count: number, bound: number, random: RandomSource): Uint32Array {
  const indexes = new Uint32Array(count);
  for (let i = 0; i < count; i++) indexes[i] = randomBelow(random, bound);
  return indexes;
}

/**
 * The same characters as one flat string. Strings built by `+` stay ropes or slices that cost more
 * memory and time at first use than those a program reads from a socket or a file.
 */
export function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
