import { expect, test, vi } from 'vitest';
import { FilterRun } from './filter-run.ts';
import { KernelRun } from './kernel-run.ts';
import { Scratch, SCRATCHES_MAX } from './scratch.ts';

test('scratches in use are bounded, and one that is given back serves again', () => {
  const held: Scratch[] = [];
  for (let scratch = Scratch.tryAcquire(); scratch !== undefined; scratch = Scratch.tryAcquire()) held.push(scratch);
  expect(held.length).toBe(SCRATCHES_MAX);
  held.pop()!.release();
  const again = Scratch.tryAcquire();
  expect(again).toBeDefined();
  expect(Scratch.tryAcquire()).toBeUndefined();
  for (const scratch of [...held, again!]) scratch.release();
});

test('a run that finds no room for its constants gives its scratch back', () => {
  const begin = vi.spyOn(Scratch.prototype, 'begin').mockImplementation(() => {
    throw new Error('no room');
  });
  for (let run = 0; run <= SCRATCHES_MAX; run++) {
    expect(() => KernelRun.open({} as never, [])).toThrow('no room');
    expect(() => FilterRun.open({} as never, [])).toThrow('no room');
  }
  begin.mockRestore();
  const scratch = Scratch.tryAcquire();
  expect(scratch).toBeDefined();
  scratch!.release();
});
