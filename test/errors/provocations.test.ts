import { errorRegistry, WeftError } from 'weft';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openGrid, provocations, SECRET, type ParcelGrid } from './provocations.ts';

let grid: ParcelGrid;
beforeEach(async () => {
  grid = await openGrid();
});
afterEach(() => grid.close());

test.each(provocations)('$mistake is answered with $code and a message that helps', async ({ code, names, make }) => {
  const error = await failure(() => make(grid));
  expect(WeftError.is(error, code), `expected ${code}, got ${String(error)}`).toBe(true);
  const { message, hint, retryable, outcome, docs } = error as WeftError;
  expect(message).not.toContain(SECRET);
  for (const name of names) expect(message).toContain(name);
  expect(message.replace(code, '').length).toBeGreaterThan(10);
  expect(hint).not.toBe('');
  expect({ retryable, outcome }).toEqual({
    retryable: errorRegistry[code].retryable,
    outcome: errorRegistry[code].outcome,
  });
  expect(docs).toBe(`docs/errors.md#${code.toLowerCase()}`);
});

async function failure(make: () => unknown): Promise<unknown> {
  try {
    await make();
  } catch (error) {
    return error;
  }
  return undefined;
}
