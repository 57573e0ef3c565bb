import type { Timers } from '@weft/base';
import { Governor } from '@weft/data';
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { cgroupMemoryBytes } from './cgroup-memory.ts';
import { MEMORY_BYTES_MIN } from './memory-least.ts';

/** Of the memory that machine or container have, what is left to Node: its code, V8's heap and garbage, answers under way. */
const HEADROOM_SHARE = 0.3;
/** Node with Weft loaded takes some 80 MiB; V8 lets garbage grow by as much again before it collects. */
const HEADROOM_BYTES_MIN = 160 << 20;
/** V8's heap grows no further than this by itself. */
const HEADROOM_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Limits of containers change while they run. */
const REREAD_MS = 5_000;

/** What the grids of this process share: one machine's memory. */
const processGovernor = new Governor({ limitBytes: budgetOf(limitNow()) });

/** A governor for one grid, `limitBytes` at most, that counts with those of all other grids of the process. */
export function gridGovernor(limitBytes: number | undefined): Governor {
  return new Governor({ parent: processGovernor, ...(limitBytes === undefined ? {} : { limitBytes }) });
}

/** What the grids of this process may use together. */
export function processBudgetBytes(): number {
  return budgetOf(limitNow());
}

/** Follows the container's limit until it is told to stop; keeps no process alive. */
export function watchLimit(timers: Timers, readLimit: () => number = limitNow): () => void {
  let stop: () => void;
  const look = (): void => {
    processGovernor.setLimit(budgetOf(readLimit()));
    stop = timers.after(REREAD_MS, look, 'idle');
  };
  look();
  return () => stop();
}

/** What grids may use where machine or container have so much. */
export function budgetOf(limitBytes: number): number {
  const headroomBytes = Math.min(HEADROOM_BYTES_MAX, Math.max(HEADROOM_BYTES_MIN, limitBytes * HEADROOM_SHARE));
  return Math.max(MEMORY_BYTES_MIN, Math.floor(limitBytes - headroomBytes));
}

function limitNow(): number {
  return Math.min(totalmem(), cgroupMemoryBytes(readText) ?? Infinity);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
