import { expect, test } from 'vitest';
import { liveFigures } from './figures.fixture.ts';
import { figuresJson, summaryJson } from './json-line.ts';

test('a look becomes one line of JSON with raw numbers and RFC 3339 times', () => {
  const line = figuresJson(liveFigures);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toMatchObject({
    type: 'figures',
    phase: 'live',
    elapsedMs: 72_400,
    simulatedTime: '2001-06-15T18:40:00.000Z',
    rows: 2_751_200,
    eventsPerSecond: 4999.6,
    readP50Us: 1.84,
    worstAirports: [
      { origin: 'LGA', flights: 19, meanDelayMinutes: 74.2 },
      { origin: 'BOS' },
      { origin: 'HNL', meanDelayMinutes: -2.5 },
    ],
    worstRoutes: [
      { origin: 'LGA', destination: 'ORD' },
      { origin: 'BOS', destination: 'DCA' },
    ],
    alertsLatest: [{ time: '2001-06-15T18:31:00.000Z', delayMinutes: 212 }, {}],
    bytesPerRow: 68,
  });
});

test('what has no value yet is null, not absent', () => {
  const figures = {
    ...liveFigures,
    rows: 0,
    simulated: undefined,
    reads: { reads: 0, p50Us: undefined, p99Us: undefined, missed: 0 },
  };
  expect(JSON.parse(figuresJson(figures))).toMatchObject({
    simulatedTime: null,
    readP50Us: null,
    readP99Us: null,
    bytesPerRow: null,
  });
});

test('the summary is one line and says that nothing was kept', () => {
  const line = summaryJson({
    reason: 'exit-after',
    elapsedMs: 20_012.4,
    firstFiguresMs: 612.3,
    rows: 10,
    rowsWritten: 12,
    historyRows: 8,
    historyRowsPerSecond: 5.4,
    events: 4,
    reads: { reads: 7, p50Us: 1, p99Us: 2, missed: 0 },
    alerts: 1,
    bytesPerRow: 80,
    turnMaxMs: 1.5,
  });
  expect(JSON.parse(line)).toMatchObject({
    type: 'summary',
    reason: 'exit-after',
    elapsedMs: 20_012,
    firstFiguresMs: 612,
    rowsWritten: 12,
    kept: 'nothing',
  });
});
