import { expect, test } from 'vitest';
import { FalseTime } from './false-time.fixture.ts';
import { LOG_EVENTS_MAX, RareLog } from './rare-log.ts';

test('a flood of events is told in part, and then how many were not', () => {
  const time = new FalseTime();
  const told: string[] = [];
  const log = new RareLog(time, ({ message }) => told.push(message));
  for (let i = 0; i < 1000; i++) log.add({ level: 'warn', message: `event ${i}` });
  expect(told).toHaveLength(LOG_EVENTS_MAX);
  expect(log.untold).toBe(1000 - LOG_EVENTS_MAX);
  time.pass(1000);
  log.add({ level: 'warn', message: 'another' });
  log.add({ level: 'warn', message: 'and another' });
  expect(told.slice(LOG_EVENTS_MAX)).toEqual([
    `another (${1000 - LOG_EVENTS_MAX} events before it were not told)`,
    'and another',
  ]);
});
