import { expect, test } from 'vitest';
import { threadMs } from './thread-time.ts';

test('the time of the thread passes while it works, and not while it waits', async () => {
  const startMs = threadMs();
  await new Promise((resolve) => setTimeout(resolve, 100));
  const waitedMs = threadMs() - startMs;
  const atMs = threadMs();
  while (threadMs() < atMs + 20);
  expect(waitedMs).toBeLessThan(100);
  expect(threadMs() - atMs).toBeGreaterThanOrEqual(20);
});
