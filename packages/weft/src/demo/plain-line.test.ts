import { expect, test } from 'vitest';
import { historyFigures, liveFigures } from './figures.fixture.ts';
import { plainLine } from './plain-line.ts';

test('a look at the live stream is one line', () => {
  expect(plainLine(liveFigures)).toBe(
    '1:12 | live 5,000 events/s | reads p50 1.8 µs p99 24 µs | worst of the last hour: LGA +74 min, LGA-ORD +128 min | ' +
      'queries 12 ms | alerts 1,234 | rows 2,751,200 of 68 bytes | memory 188 MB of 16.2 GB | process 612 MB | longest turn 1.9 ms',
  );
});

test('a look at the history says how far it is', () => {
  expect(plainLine(historyFigures)).toContain('0:02 | history 36 %, 500,000 rows/s, 4 s left | ');
});

test('an hour with too few flights says so', () => {
  const figures = { ...liveFigures, lastHour: { flights: 0, worstAirports: [], worstRoutes: [] } };
  expect(plainLine(figures)).toContain('worst of the last hour: too few flights');
});
