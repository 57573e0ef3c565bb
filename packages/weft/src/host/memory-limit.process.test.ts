import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createMemoryGroup } from './cgroup.fixture.ts';

/** In the short form a container is filled sooner. */
const SIZE =
  process.env['WEFT_LONG'] === '1'
    ? { groupMiB: 512, limitMiB: 352, seconds: 10, rowsMin: 1_000_000 }
    : { groupMiB: 320, limitMiB: 160, seconds: 4, rowsMin: 300_000 };
const GROUP_BYTES = SIZE.groupMiB * 2 ** 20;
const CHILD_TIMEOUT_MS = 300_000;
const program = fileURLToPath(new URL('crowded-grid.fixture.ts', import.meta.url));

interface Seen {
  readonly filled: number;
  readonly limits: number;
  readonly updated: number;
  readonly read: number;
  readonly deleted: number;
  readonly written: number;
  readonly queries: number;
  readonly limited: { readonly usedBytes: number; readonly limitBytes: number };
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number };
}

test(
  `a grid that is filled in a container of ${SIZE.groupMiB} MiB goes on at its limit and is never killed`,
  (context) => {
    const group = createMemoryGroup(GROUP_BYTES);
    if (typeof group === 'string') {
      process.stdout.write(`memory-limit: skipped: ${group}\n`);
      return context.skip(group);
    }
    try {
      const child = group.run(process.execPath, ['--conditions=source', program, `${SIZE.seconds}`], CHILD_TIMEOUT_MS);
      expect({ killed: group.killed(), status: child.status, signal: child.signal, stderr: child.stderr }).toEqual({
        killed: 0,
        status: 0,
        signal: null,
        stderr: '',
      });
      expectGoingOn(JSON.parse(child.stdout) as Seen);
      expect(group.peakBytes()).toBeLessThan(GROUP_BYTES);
    } finally {
      group[Symbol.dispose]();
    }
  },
  CHILD_TIMEOUT_MS + 30_000,
);

function expectGoingOn(seen: Seen): void {
  // The group's limit less the headroom, not that of the machine.
  expect(seen.limited.limitBytes).toBe(SIZE.limitMiB * 2 ** 20);
  expect(seen.limited.usedBytes).toBeGreaterThan(0.85 * seen.limited.limitBytes);
  expect(seen.memory.usedBytes).toBeLessThanOrEqual(seen.memory.limitBytes);
  expect(seen.filled).toBeGreaterThan(SIZE.rowsMin);
  for (const count of [seen.limits, seen.updated, seen.read, seen.deleted, seen.queries])
    expect(count).toBeGreaterThan(0);
  // Writing works again after deletes, by more rows than are tried at a time; how many more is for the machine to say.
  expect(seen.written).toBeGreaterThan(200);
}
