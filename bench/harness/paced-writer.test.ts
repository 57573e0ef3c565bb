import { expect, test } from 'vitest';
import { startWriter } from './paced-writer.ts';

test('a writer goes on until it is stopped, one write after the other', async () => {
  let open = 0;
  let most = 0;
  const writer = startWriter(async () => {
    most = Math.max(most, ++open);
    await Promise.resolve();
    open--;
  }, 1e6);
  while (writer.written < 100) await new Promise(setImmediate);
  await writer.stop();
  const { written } = writer;
  await new Promise(setImmediate);
  expect([most, writer.written]).toEqual([1, written]);
});

test('what a write throws is told when the writer stops', async () => {
  const writer = startWriter(() => Promise.reject(new Error('full')), 1e6);
  await new Promise(setImmediate);
  await expect(writer.stop()).rejects.toThrow('full');
});
