import { expect, test } from 'vitest';
import { AnswerWindow, IDEMPOTENCY_AGE_MS, IDEMPOTENCY_IDS_MAX, IDEMPOTENCY_UNITS_MAX } from './answer-window.ts';

function open() {
  const time = { ms: 1_700_000_000_000 };
  const account = { bytes: 0, bytesMax: Infinity };
  const window = new AnswerWindow(
    { monotonicMs: () => time.ms, wallMs: () => time.ms },
    { meter: (bytes) => (account.bytes += bytes), bytesMax: () => account.bytesMax },
  );
  const add = (id: string, result = '1'): void => window.add({ id, digest: 'd', result });
  return { time, window, add, account };
}

test('an answer is found by its id for as long as its age allows', () => {
  const { time, window, add } = open();
  add('a');
  expect(window.find('a')).toMatchObject({ digest: 'd', result: '1' });
  expect(window.find('b')).toBeUndefined();
  time.ms += IDEMPOTENCY_AGE_MS;
  expect(window.find('a')).toBeDefined();
  time.ms++;
  expect(window.find('a')).toBeUndefined();
  for (const id of ['b', 'c']) add(id);
  expect(window.stats()).toEqual({ ids: 2, units: 6, forgotten: 0 });
});

test('of too many the oldest are forgotten, which is counted', () => {
  const { window, add } = open();
  for (let id = 0; id < IDEMPOTENCY_IDS_MAX + 2; id++) add(`${id}`);
  expect(window.stats()).toMatchObject({ ids: IDEMPOTENCY_IDS_MAX, forgotten: 2 });
  expect(window.find('1')).toBeUndefined();
  expect(window.find('2')).toBeDefined();
});

test('of too large ones the oldest are forgotten, the last one stays', () => {
  const { window, add } = open();
  add('a', 'x'.repeat(100));
  add('b', 'x'.repeat(IDEMPOTENCY_UNITS_MAX - 50));
  expect([...window.entries()].map(({ id }) => id)).toEqual(['b']);
  add('c', 'x'.repeat(IDEMPOTENCY_UNITS_MAX + 1));
  expect([...window.entries()].map(({ id }) => id)).toEqual(['c']);
  expect(window.stats().forgotten).toBe(2);
});

test('what comes from a record is as old as the record', () => {
  const { time, window } = open();
  window.add({ id: 'a', digest: 'd', result: '1', wallMs: time.ms - IDEMPOTENCY_AGE_MS - 1 });
  expect(window.find('a')).toBeUndefined();
});

test('the order stays that of the answers, whatever is given again and forgotten, and their memory is counted', () => {
  const { time, window, add, account } = open();
  add('a');
  const one = account.bytes;
  expect(one).toBeGreaterThan(0);
  for (let round = 0; round < 5; round++) {
    for (const id of ['b', 'c', 'a', 'b', 'd']) add(id);
    expect([...window.entries()].map(({ id }) => id)).toEqual(['c', 'a', 'b', 'd']);
    expect(account.bytes).toBe(4 * one);
    time.ms += IDEMPOTENCY_AGE_MS + 1;
    for (const id of ['x', 'y']) add(id);
    expect([...window.entries()].map(({ id }) => id)).toEqual(['x', 'y']);
    expect(account.bytes).toBe(2 * one);
    time.ms += IDEMPOTENCY_AGE_MS + 1;
    add('a');
  }
});

test('of answers that take more memory than there is for them the oldest are forgotten, some with each new one where that became less', () => {
  const { window, add, account } = open();
  for (let id = 0; id < 1000; id++) add(`${id}`);
  account.bytesMax = account.bytes / 2;
  add('next');
  expect(window.stats()).toMatchObject({ ids: 1001 - 32, forgotten: 32 });
  for (let id = 1000; id < 1100; id++) add(`${id}`);
  expect(account.bytes).toBeLessThanOrEqual(account.bytesMax);
  expect(window.find('1099')).toBeDefined();
  expect(window.find('300')).toBeUndefined();
  account.bytesMax = 0;
  for (let id = 1100; id < 1200; id++) add(`${id}`);
  expect([...window.entries()].map(({ id }) => id)).toEqual(['1199']);
});
