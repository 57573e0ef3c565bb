import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('counted-grid.fixture.ts', import.meta.url));
const TOLERANCE = 0.15;
const ROWS = process.env['WEFT_LONG'] === '1' ? 2_000_000 : 1_000_000;
/** So many at least each row has. */
const ROW_BYTES_MIN = 128;
/**
 * Arrays of indexes that have grown are given back to the system, and not kept by the C library for whatever comes: what it keeps is another 3 to 10 % of
 * what the process grows by, from one run to the next. Threads of the collector, which come late on a busy machine, are left out likewise.
 */
const ALLOCATOR = { MALLOC_MMAP_THRESHOLD_: '65536' };
/** V8's young generation grows when it sees fit, from 34 MB to 134. Here it is one size from the beginning. */
const YOUNG = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

interface Step {
  readonly counted: number;
  readonly free: number;
  readonly grown: number;
}

test('what a grid counts is what its process grows by, within 15 %, and what rows leave is told as free', () => {
  const output = execFileSync(
    process.execPath,
    ['--conditions=source', '--expose-gc', '--single-threaded-gc', ...YOUNG, program, `${ROWS}`],
    {
      encoding: 'utf8',
      env: { ...process.env, ...ALLOCATOR },
    },
  );
  const { filled, halved, bytes } = JSON.parse(output) as { filled: Step; halved: Step; bytes: number };
  expect(bytes).toBeGreaterThan(ROWS * ROW_BYTES_MIN);
  expect(Math.abs(filled.grown - filled.counted) / filled.counted).toBeLessThan(TOLERANCE);
  // What rows leave stays with the process, and the account says that it is free.
  expect(halved.counted).toBeLessThan(filled.counted);
  expect(halved.free).toBeGreaterThan(filled.free);
  expect(halved.grown).toBeGreaterThan(halved.counted);
}, 300_000);
