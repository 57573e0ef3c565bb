import type { MemoryStore } from '../harness/memory-store.ts';

/** The stores of the `memory` suite. Each loads its own code only: what a process has loaded is resident too. */
export const memoryStores = {
  weft: async () => (await import('./weft-memory.ts')).openWeftMemory(),
  redis: async () => (await import('./redis-memory.ts')).openRedisMemory(),
  duckdb: async () => (await import('./duckdb-memory.ts')).openDuckdbMemory({ checkpoint: false }),
  duckdbPacked: async () => (await import('./duckdb-memory.ts')).openDuckdbMemory({ checkpoint: true }),
} satisfies Record<string, () => Promise<MemoryStore>>;

export type MemoryPart = keyof typeof memoryStores;
