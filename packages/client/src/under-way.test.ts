import { expect, test } from 'vitest';
import { UnderWay } from './under-way.ts';

test('all who wait are told once the last call has settled, whichever way', async () => {
  const underWay = new UnderWay();
  await underWay.idle();
  const calls = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const tracked = calls.map(({ promise }) => underWay.track(promise));
  const told: string[] = [];
  const waiting = ['first', 'second'].map((name) => underWay.idle().then(() => told.push(name)));
  calls[0]!.resolve();
  await tracked[0];
  expect(told).toEqual([]);
  calls[1]!.reject(new Error('stopped'));
  await expect(tracked[1]).rejects.toThrow('stopped');
  await Promise.all(waiting);
  expect(told).toEqual(['first', 'second']);
});
