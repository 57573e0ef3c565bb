import { WeftError } from '@weft/base';
import { expect, test } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

test('who waits is released when what they wait for is committed, in order, and at once where it is', async () => {
  const queue = new CommitQueue();
  const released: number[] = [];
  const waits = [1, 2, 5].map(async (lsn) => {
    await queue.wait(lsn);
    released.push(lsn);
  });
  queue.commit(2);
  await Promise.all(waits.slice(0, 2));
  expect(released).toEqual([1, 2]);
  expect(queue.wait(2)).toBeUndefined();
  queue.commit(1);
  expect(queue.committed).toBe(2);
  queue.commit(7);
  await waits[2];
  expect(released).toEqual([1, 2, 5]);
});

test('listeners hear of every commit until they end it', () => {
  const queue = new CommitQueue();
  const heard: number[] = [];
  const end = queue.onCommit((lsn) => heard.push(lsn));
  queue.commit(1);
  queue.commit(1);
  queue.commit(4);
  end();
  queue.commit(5);
  expect(heard).toEqual([1, 4]);
});

test('where nothing is committed any more, those who wait and those who will are told', async () => {
  const queue = new CommitQueue();
  const failure = new WeftError('CLOSED', 'the grid is closed');
  const done = queue.wait(1);
  const never = queue.wait(2);
  const told: WeftError[] = [];
  queue.onFail((error) => told.push(error));
  queue.onFail(() => expect.unreachable())();
  queue.commit(1);
  queue.fail(failure);
  await done;
  queue.fail(new WeftError('CLOSED', 'once more'));
  expect(told).toEqual([failure]);
  await expect(never).rejects.toBe(failure);
  await expect(queue.wait(9)).rejects.toBe(failure);
  expect(queue.wait(1)).toBeUndefined();
});
