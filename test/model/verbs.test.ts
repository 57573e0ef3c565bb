import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid } from 'weft';
import { Both } from './both.ts';
import { opsOf, type Op } from './ops.ts';
import { refusals } from './refusals.ts';
import { subjects } from './subjects.ts';
import { told } from './told.ts';

/** Sequences over all types and partition counts together: WEFT_RUNS of them, a few where it is not set. */
const RUNS = Number(process.env['WEFT_RUNS'] ?? 400);
const OPS_MAX = 24;
const SEGMENT_BYTES = 16 << 20;

/** Without a log, and with one that keeps every change. */
const logs = [{}, { durability: 'memory' }] as const;

const cases = subjects.flatMap((type) =>
  [1, 3].flatMap((partitions) =>
    logs.map((log) => ({ type, name: type.name, partitions, log, how: 'durability' in log ? 'with' : 'without' })),
  ),
);

test.each(cases)(
  'every verb on $name in $partitions partition(s) $how a log answers as the model does',
  async ({ type, partitions, log }) => {
    const numRuns = Math.ceil(RUNS / cases.length);
    const property = fc.asyncProperty(opsOf(type, refusals, OPS_MAX), async (ops) => runAll(ops));
    const details = await fc.check(property, { numRuns });
    if (details.failed) expect.fail(told(type.name, partitions, details));

    async function runAll(ops: readonly Op[]): Promise<void> {
      const grid = await createGrid({ types: [type], partitions, poison: true, segmentBytes: SEGMENT_BYTES, ...log });
      try {
        const both = new Both(type, grid);
        for (const op of ops) await both.run(op);
        await both.compareAll();
      } finally {
        await grid.close();
      }
    }
  },
);
