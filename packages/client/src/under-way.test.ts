import { expect, test } from 'vitest';
import { UnderWay } from './under-way.ts';

test('all who wait are told once the last call has settled, whichever way', async () => {
  const underWay = new UnderWay();
  await underWay.idle();
  let answer = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const answered = underWay.track(new Promise<void>((resolve) => (answer = resolve)));
  const failed = underWay.track(new Promise<void>((_, reject) => (fail = reject)));
  const told: string[] = [];
  const waiting = ['first', 'second'].map((name) => underWay.idle().then(() => told.push(name)));
  answer();
  await answered;
  expect(told).toEqual([]);
  fail(new Error('stopped'));
  await expect(failed).rejects.toThrow('stopped');
  await Promise.all(waiting);
  expect(told).toEqual(['first', 'second']);
});
