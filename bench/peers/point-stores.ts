import type { PointStore } from '../harness/store.ts';

/** The stores of the suites `embedded` and `log-cost` by the part they play. Each loads its library when it is opened, in its own thread. */
export const pointStores = {
  weft: async () => (await import('./weft.ts')).openWeft(),
  memoryLog: async () => (await import('./weft.ts')).openWeft('memory'),
  asyncLog: async () => (await import('./weft.ts')).openWeft('async'),
  duckdb: async () => (await import('./duckdb.ts')).openDuckdb(),
  pglite: async () => (await import('./pglite.ts')).openPglite(),
  map: async () => (await import('./map.ts')).openMap(),
  clonedMap: async () => (await import('./map.ts')).openClonedMap(),
  indexedMap: async () => (await import('./map.ts')).openIndexedMap(),
} as const satisfies Record<string, () => Promise<PointStore>>;

export type PointPart = keyof typeof pointStores;
