/** Test help: memory of a table in an arena of small segments whose freed pages are poisoned. */
import { Arena, type ArenaOptions } from './arena.ts';
import { Epochs } from './epochs.ts';
import type { TableMemory } from './page-run.ts';

export const SMALL_SEGMENT_BYTES = 1 << 24;

/** One arena for all tests of a process: each reserves gigabytes of addresses, which only a garbage collection gives back. */
let shared: Arena | undefined;

/** Memory of a new table in the shared arena. */
export function testMemory(): TableMemory & { readonly epochs: Epochs } {
  shared ??= testArena({ segmentsMax: 64 });
  return { arena: shared, epochs: new Epochs(shared) };
}

export function testArena(options: ArenaOptions = {}): Arena {
  return new Arena({ segmentBytes: SMALL_SEGMENT_BYTES, poison: true, ...options });
}
