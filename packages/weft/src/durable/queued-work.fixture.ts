/** Test help: a work queue that processes work on until they are killed. */
import { defineType, t } from '@weft/data';
import type { GridOptions } from '../create-grid.ts';

/** `kind`: what becomes of it. `good` is done, `bad` is given back each time, `late` is given back once for longer than any test lasts. */
export const Job = defineType('Job', { id: t.int32(), kind: t.enum(['good', 'bad', 'late']) }, { key: 'id' });

export type JobKind = 'good' | 'bad' | 'late';

export function kindOf(id: number): JobKind {
  return id % 10 === 3 ? 'bad' : id % 10 === 7 ? 'late' : 'good';
}

/** A bad job is a dead letter after so many tries. */
export const BAD_TRIES_MAX = 3;
export const BAD_REASON = 'it never works';

export const queueGrid = {
  types: [Job],
  durability: 'sync',
  segmentBytes: 1 << 24,
  partitions: 3,
} as const satisfies GridOptions;
