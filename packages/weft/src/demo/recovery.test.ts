import { expect, test } from 'vitest';
import { recoveryLine, recoveryOf, type FoundFlights } from './recovery.ts';

const found = (firstId: number, nextId: number, rowsBefore = nextId - firstId): FoundFlights => ({
  rows: rowsBefore,
  firstId,
  nextId,
  rowsBefore,
  latest: new Date(0),
});
const noted = { oldestId: 100, nextId: 1000 };

test.each([
  ['all that was acknowledged', found(100, 1000), 0],
  ['writes and deletions that were under way', { ...found(107, 1000), rows: 912 }, 0],
  ['the last two are missing', found(100, 998), 2],
  ['one in the middle is missing', found(100, 1000, 899), 1],
  ['more is gone at the front than was asked for', found(111, 1000), 1],
  ['nothing is there', undefined, 900],
] as const)('%s', (_, flights, missing) => {
  expect(recoveryOf(flights, noted, 1200, 10)).toMatchObject({ acknowledged: 900, missing });
});

test('a person reads how long it took and what is missing', () => {
  expect(recoveryLine(recoveryOf({ ...found(100, 1000), rows: 905 }, noted, 1234, 0), '/data')).toBe(
    'Recovered 905 flights from /data in 1.2 s: none of the 900 acknowledged ones is missing.',
  );
  expect(recoveryLine(recoveryOf(undefined, noted, 1234, 0), '/data')).toContain('900 OF THE 900');
});
