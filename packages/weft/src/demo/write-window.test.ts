import { expect, test } from 'vitest';
import { WriteWindow } from './write-window.ts';

function deferred() {
  let settle = { resolve: () => {}, reject: (_: Error) => {} };
  const promise = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
  return { promise, ...settle };
}

test('writes are told in the order in which they began, once all before them are acknowledged', async () => {
  const told: number[] = [];
  const window = new WriteWindow<number>(8, (n) => told.push(n));
  const writes = [deferred(), deferred(), deferred()];
  for (const [n, { promise }] of writes.entries()) window.add(n, promise);
  writes[1]!.resolve();
  await writes[1]!.promise;
  expect(told).toEqual([]);
  writes[0]!.resolve();
  await writes[0]!.promise;
  expect(told).toEqual([0, 1]);
  writes[2]!.resolve();
  await window.drained();
  expect(told).toEqual([0, 1, 2]);
});

test('where too many are under way, the next waits; a failure ends the waiting', async () => {
  const window = new WriteWindow<number>(1, () => undefined);
  await window.room();
  const [first, second] = [deferred(), deferred()];
  window.add(1, first.promise);
  let hasRoom = false;
  const room = window.room().then(() => (hasRoom = true));
  await Promise.resolve();
  expect(hasRoom).toBe(false);
  first.resolve();
  await room;
  window.add(2, second.promise);
  const waiting = window.room();
  second.reject(new Error('no disk'));
  await expect(waiting).rejects.toThrow('no disk');
  await expect(window.drained()).rejects.toThrow('no disk');
});
