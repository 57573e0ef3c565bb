import { expect, test } from 'vitest';
import { checkLetters } from './check-letters.ts';
import { call, ok } from './history.fixture.ts';
import type { CallRecord, DeliveryRecord, Letter } from './history.ts';

const TRIES_MAX = 2;

/** A job that was given for the so many. time, asked for a moment before. */
function given(tries: number, from: number, settling?: DeliveryRecord['settling']): DeliveryRecord {
  const common = { job: 1, client: 0, leaseMs: 10, released: Infinity, settling, heldMs: from + 9 };
  return { ...common, tries, asked: from - 1, askedMs: from - 1, from, fromMs: from };
}

const settled = (verb: 'ack' | 'nack', from: number): DeliveryRecord['settling'] => ({
  verb,
  from,
  to: from + 1,
  end: 'ok',
});
const letter = (tries: number): Letter => ({ job: 1, tries, isBuried: false });
const check = (deliveries: DeliveryRecord[], letters?: Letter[], calls: CallRecord[] = [], loss = Infinity): number =>
  checkLetters(
    { calls, starts: [], deliveries, letters, triesMax: TRIES_MAX },
    (one, other) => loss <= one || loss >= other,
  ).length;

test('a job that becomes a letter after its last time breaks nothing, nor does one that is done then', () => {
  expect(check([given(1, 2), given(2, 20, settled('nack', 21))], [letter(2)])).toBe(0);
  expect(check([given(1, 2), given(2, 20, settled('ack', 21))], [])).toBe(0);
});

test('a job that is handed out once more is found, or is a letter too early', () => {
  expect(check([given(1, 2), given(2, 20), given(3, 40)])).toBe(1);
  expect(check([given(1, 2)], [letter(1)])).toBe(1);
});

test('a number that does not rise is found, unless something may have been lost between', () => {
  expect(check([given(1, 2), given(1, 20)])).toBe(1);
  expect(check([given(1, 2), given(1, 20)], undefined, [], 10)).toBe(0);
});

test('a letter that is gone is found, or was taken, or was done', () => {
  const dead = given(2, 20, settled('nack', 21));
  expect(check([dead], [])).toBe(1);
  expect(check([dead], undefined, [call('take', [30, 31], ok(1))])).toBe(1);
  expect(check([given(2, 20, settled('ack', 21))], [letter(2)])).toBe(1);
});
