import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createGrid } from 'weft';
import { LargeBoth } from './large-both.ts';
import { told } from './told.ts';
import { largeOps, Trade, type LargeOp } from './trades.ts';

/** One sequence on a large table for so many on small ones. */
const RUNS = Math.ceil(Number(process.env['WEFT_RUNS'] ?? 400) / 400);
const FIRST_ROWS = 24_000;

test.each([1, 3])(
  'tables of tens of thousands of rows in %i partition(s) answer as the model does, and cursors keep to their moment',
  async (partitions) => {
    const details = await fc.check(fc.asyncProperty(largeOps(), runAll), { numRuns: RUNS });
    if (details.failed) expect.fail(told(Trade.name, partitions, details));

    async function runAll(ops: LargeOp[]): Promise<void> {
      // Three partitions keep a log of it all.
      const log = partitions === 3 ? ({ durability: 'memory' } as const) : {};
      const grid = await createGrid({ types: [Trade], partitions, poison: true, segmentBytes: 16 << 20, ...log });
      try {
        const both = new LargeBoth(grid);
        await both.run({ verb: 'fill', from: 0, rows: FIRST_ROWS, salt: 0 });
        for (const op of ops) await both.run(op);
        await both.finish();
      } finally {
        await grid.close();
      }
    }
  },
);
