import { expect, test } from 'vitest';

import { DURATION_MS_MAX, durationMs, parseDuration } from './duration.ts';

test('every unit is read in milliseconds', () => {
  expect(['50ms', '5s', '2m', '1h', '1d', '1.5h', 250].map(durationMs)).toEqual([
    50, 5_000, 120_000, 3_600_000, 86_400_000, 5_400_000, 250,
  ]);
});

test.each(['', '5', '5 s', '-5s', '+5s', '1e3s', '5S', '5sec', 's', '.5s', '5.s', 'Infinityms', '5s5s'])(
  'the text %j is malformed',
  (text) => {
    expect(durationMs(text)).toBeUndefined();
  },
);

test.each([Number.NaN, -1, Infinity, DURATION_MS_MAX + 1, 5n, null, undefined, {}, '36501d'])(
  '%s is refused',
  (value) => {
    expect(durationMs(value)).toBeUndefined();
  },
);

test('the longest duration is allowed', () => {
  expect(durationMs('36500d')).toBe(DURATION_MS_MAX);
});

test('a malformed option is refused by name and shown', () => {
  expect(() => parseDuration('5 s', 'timeout')).toThrow(/^timeout: "5 s" is not a duration; write '50ms'/);
  expect(() => parseDuration({}, 'timeout')).toThrow(/^timeout: object is not a duration/);
  expect(() => parseDuration('5 s', 'timeout')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
});
