import { readFileSync } from 'node:fs';
import { UnsuitableError } from '../cli/failure.ts';
import { bytes } from './format.ts';

/**
 * What a process of the demo takes: code, reading thread and buffers, and per row. Measured with 2.5 million rows:
 * 480 MB at the peak, 57 bytes of data per row; half as much again per row is room for indexes while they grow.
 */
const BASE_BYTES = 350e6;
const ROW_BYTES = 80;

/**
 * Addresses that are reserved, not used: V8 puts 10 GB around every WebAssembly memory. Measured: 44 GB for one segment,
 * the memories of four queries at once, and Node's own compiler of TypeScript in two threads.
 */
const ADDRESS_BASE_BYTES = 48e9;
const SEGMENT_BYTES = 2 ** 30;
const SEGMENT_ADDRESS_BYTES = 10e9;

/** The least that is worth trying, for the advice. */
const SMALL_ROWS = 500_000;

export interface Surroundings {
  /** Memory that this process may still take, with the limit of its container. */
  readonly availableBytes: number;
  /** `ulimit -v`; undefined where there is none. */
  readonly addressBytesMax: number | undefined;
}

export function surroundings(): Surroundings {
  return { availableBytes: process.availableMemory(), addressBytesMax: addressLimit() };
}

/** Why so many rows cannot be held here, or undefined where they can. Told before anything is started. */
export function environmentProblem(
  { availableBytes, addressBytesMax }: Surroundings,
  rows: number,
): UnsuitableError | undefined {
  const addresses = addressesNeeded(rows);
  if (addressBytesMax !== undefined && addressBytesMax < addresses)
    return new UnsuitableError(
      `this shell allows ${bytes(addressBytesMax)} of addresses (ulimit -v) but Weft reserves some ${bytes(addresses)} around its shared memory`,
      'run "ulimit -v unlimited" first, or use a shell without that limit; reserved addresses take no memory',
    );
  if (availableBytes < memoryNeeded(rows))
    return new UnsuitableError(
      `${rows.toLocaleString('en-US')} flights need about ${bytes(memoryNeeded(rows))} of memory but only ${bytes(availableBytes)} is available`,
      memoryAdvice(availableBytes, rows),
    );
  return undefined;
}

/** What a process with so many rows takes at its peak, in bytes. */
export function memoryNeeded(rows: number): number {
  return BASE_BYTES + rows * ROW_BYTES;
}

/** Addresses that a process with so many rows reserves, in bytes. */
function addressesNeeded(rows: number): number {
  return ADDRESS_BASE_BYTES + Math.floor((rows * ROW_BYTES) / SEGMENT_BYTES) * SEGMENT_ADDRESS_BYTES;
}

function memoryAdvice(availableBytes: number, rows: number): string {
  const small = rows > SMALL_ROWS && availableBytes >= memoryNeeded(SMALL_ROWS);
  if (small)
    return `run "npm run demo -- --rows ${SMALL_ROWS}", which needs ${bytes(memoryNeeded(SMALL_ROWS))}, or close other programs`;
  return 'close other programs, or give the machine or container more memory';
}

/** Linux tells the limit in a file; elsewhere it is not enforced, or not worth a process to ask. */
function addressLimit(): number | undefined {
  try {
    const line = /^Max address space\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    const limit = Number(line?.[1]);
    return Number.isFinite(limit) ? limit : undefined;
  } catch {
    return undefined;
  }
}
