/** Test help: a grid whose clock, timers and turns a test moves by hand. */
import type { Host } from '@weft/client';
import { Governor, type AnyType } from '@weft/data';
import { EmbeddedGrid } from '../embedded-grid.ts';

export interface ExpiringGrid {
  readonly grid: EmbeddedGrid;
  readonly clock: { ms: number };
  /** Timers that are set, but for that which watches memory. */
  timers(): number;
  /** Runs at every turn that somebody waits for. */
  onTurn: () => void;
  /** Turns that somebody waited for. */
  turns: number;
  /** Lets time pass, and those run whose timers are due, to their end. */
  pass(ms: number): Promise<void>;
}

export function expiringGrid(types: readonly AnyType[], partitions: number): ExpiringGrid {
  const clock = { ms: 1_700_000_000_000 };
  const due = new Map<() => void, number>();
  let word = 1;
  const host: Host = {
    clock: { monotonicMs: () => clock.ms, wallMs: () => clock.ms },
    random: { uint32: () => (word = Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0 },
    timers: {
      after(delayMs, callback) {
        due.set(callback, clock.ms + delayMs);
        return () => due.delete(callback);
      },
    },
    turns: {
      elapsedMs: () => 10,
      async next() {
        made.turns++;
        made.onTurn();
        await undefined;
      },
    },
  };
  const grid = new EmbeddedGrid({
    host,
    partitions,
    arena: { governor: new Governor({ limitBytes: 1 << 30 }), segmentBytes: 16 << 20, poison: true },
    log: { durability: undefined, retainBytes: 1 << 26 },
  });
  const others = due.size;
  for (const type of types) grid.space(type);
  const made: ExpiringGrid = {
    grid,
    clock,
    timers: () => due.size - others,
    onTurn: () => undefined,
    turns: 0,
    async pass(ms) {
      clock.ms += ms;
      for (const [callback, atMs] of due) {
        if (atMs > clock.ms) continue;
        due.delete(callback);
        callback();
      }
      for (let turns = -1; turns !== made.turns;) {
        turns = made.turns;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
  return made;
}
