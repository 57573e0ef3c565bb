/** Measuring and printing for the index micro-benchmarks. */
import { cpus } from 'node:os';

/** Runs `body` for 0 … count − 1 and returns nanoseconds per call. */
export function perCall(count: number, body: (i: number) => void): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) body(i);
  return Number(process.hrtime.bigint() - start) / count;
}

/**
 * The longest single call, in milliseconds. The same calls are made five times over on a fresh subject, and each call counts with
 * its quickest time: what a call has to do comes back every time, a pause of the machine or of the collector does not.
 */
export function longestCall(count: number, fresh: () => (i: number) => void): number {
  const quickest = new Float64Array(count).fill(Infinity);
  for (let run = 0; run < 5; run++) {
    const body = fresh();
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      body(i);
      quickest[i] = Math.min(quickest[i]!, performance.now() - start);
    }
  }
  return quickest.reduce((longest, took) => Math.max(longest, took), 0);
}

/** The smallest of three runs: the machine is shared, and noise only adds. */
export function best(run: () => number): number {
  return Math.min(run(), run(), run());
}

/** 0 … count − 1 in random order (Fisher–Yates). */
export function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Scatters a row's key as murmur3 does an integer key. */
export function hashOf(key: number): number {
  let bits = Math.imul(key, 0xcc9e_2d51);
  bits = Math.imul((bits << 15) | (bits >>> 17), 0x1b87_3593);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}

export function printHeader(): void {
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
}

export function printLine(name: string, rows: number, figures: Record<string, number | string>): void {
  const cells = Object.entries(figures).map(
    ([label, figure]) => `${label} ${typeof figure === 'number' ? figure.toFixed(figure < 20 ? 2 : 0) : figure}`,
  );
  console.log(`${name.padEnd(16)} ${String(rows).padStart(8)}  ${cells.join(' · ')}`);
}
