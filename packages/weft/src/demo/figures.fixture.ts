import type { Figures } from './figures.ts';

/** A look in the middle of a live stream, for the tests of the three renderings. */
export const liveFigures: Figures = {
  phase: 'live',
  elapsedMs: 72_400,
  rows: 2_751_200,
  history: { loaded: 2_500_000, total: 2_500_000, rowsPerSecond: 612_345.6, secondsLeft: 0 },
  events: 251_200,
  eventsPerSecond: 4999.6,
  simulated: new Date(Date.UTC(2001, 5, 15, 18, 40)),
  simulatedSpeed: 26_064,
  reads: { reads: 3987, p50Us: 1.84, p99Us: 24.4, missed: 0 },
  readsPerSecond: 3986.7,
  lastHour: {
    flights: 1043,
    worstAirports: [
      { origin: 'LGA', flights: 19, meanDelay: 74.2 },
      { origin: 'BOS', flights: 22, meanDelay: 31.9 },
      { origin: 'HNL', flights: 6, meanDelay: -2.5 },
    ],
    worstRoutes: [
      { origin: 'LGA', destination: 'ORD', flights: 3, meanDelay: 128 },
      { origin: 'BOS', destination: 'DCA', flights: 2, meanDelay: 58.5 },
    ],
  },
  overall: { flights: 2_751_200, meanDelay: 7.43 },
  queryMs: 12.34,
  alertMinutes: 180,
  alerts: 1234,
  alertsLatest: [
    { date: new Date(Date.UTC(2001, 5, 15, 18, 31)), origin: 'LGA', destination: 'ORD', delay: 212 },
    { date: new Date(Date.UTC(2001, 5, 15, 17, 5)), origin: 'EWR', destination: 'SFO', delay: 305 },
  ],
  memory: { dataBytes: 187_081_600, usedBytes: 187_600_000, limitBytes: 16_200_000_000, processBytes: 612_000_000 },
  turnMaxMs: 1.87,
};

/** The same demo while it loads. */
export const historyFigures: Figures = {
  ...liveFigures,
  phase: 'history',
  elapsedMs: 2500,
  rows: 900_000,
  history: { loaded: 900_000, total: 2_500_000, rowsPerSecond: 500_000, secondsLeft: 3.2 },
  events: 0,
  eventsPerSecond: 0,
  alerts: 0,
  alertsLatest: [],
  memory: { dataBytes: 61_200_000, usedBytes: 61_300_000, limitBytes: 16_200_000_000, processBytes: 402_000_000 },
};
