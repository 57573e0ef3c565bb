import { expect, test } from 'vitest';
import { testCall, testHost } from './client.fixture.ts';

const never = new Promise<never>(() => undefined);

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return undefined;
}

test('a call without options never stops by itself', () => {
  const host = testHost();
  const call = testCall(host);
  host.pass(1e12);
  expect(() => call.check()).not.toThrow();
});

test('a call whose signal has fired already does not begin', () => {
  const reason = new Error('enough');
  expect(() => testCall(testHost(), { signal: AbortSignal.abort(reason) })).toThrow(
    expect.objectContaining({ code: 'ABORTED', cause: reason }),
  );
});

test('a timeout of no time, and a grid that is closed, do not begin either', () => {
  expect(codeOf(() => testCall(testHost(), { timeout: 0 }))).toBe('TIMEOUT');
  expect(codeOf(() => testCall(testHost(), {}, AbortSignal.abort()))).toBe('CLOSED');
});

test('the timeout runs from the beginning of the call and names itself', () => {
  const host = testHost();
  const call = testCall(host, { timeout: '5s' });
  host.pass(4999);
  call.check();
  host.pass(1);
  expect(() => call.check()).toThrow(
    expect.objectContaining({
      code: 'TIMEOUT',
      message: expect.stringContaining('5000 ms'),
      details: { timeoutMs: 5000 },
    }),
  );
});

test('options that are no signal or duration are refused by name', () => {
  expect(codeOf(() => testCall(testHost(), { signal: {} as AbortSignal }))).toBe('OPTION_INVALID');
  expect(codeOf(() => testCall(testHost(), { timeout: 'soon' as never }))).toBe('OPTION_INVALID');
});

test('a wait that is over leaves neither listener nor timer behind', async () => {
  const host = testHost();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  const waiter = testCall(host, { signal, timeout: '1s' }).waiter();
  expect([listeners, host.timerCount]).toEqual([1, 1]);
  expect(await waiter.wait(Promise.resolve(5))).toBe(5);
  await expect(waiter.wait(Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  waiter.close();
  expect([listeners, host.timerCount]).toEqual([0, 0]);
});

test('what never answers is left when the signal fires, the time is up, or the grid closes', async () => {
  const host = testHost();
  const stop = new AbortController();
  const closing = new AbortController();
  const waiters = [
    testCall(host, { signal: stop.signal }),
    testCall(host, { timeout: '1s' }),
    testCall(host, {}, closing.signal),
  ].map((call) => call.waiter());
  const outcomes = Promise.all(
    waiters.map((waiter) => waiter.wait(never).catch((error: { code: string }) => error.code)),
  );
  stop.abort();
  host.pass(1000);
  closing.abort();
  expect(await outcomes).toEqual(['ABORTED', 'TIMEOUT', 'CLOSED']);
  for (const waiter of waiters) waiter.close();
  expect(host.timerCount).toBe(0);
});

test('a wait that begins after the stop ends at once', async () => {
  const host = testHost();
  const stop = new AbortController();
  const waiter = testCall(host, { signal: stop.signal }).waiter();
  stop.abort();
  await expect(waiter.wait(never)).rejects.toMatchObject({ code: 'ABORTED' });
  waiter.close();
});
