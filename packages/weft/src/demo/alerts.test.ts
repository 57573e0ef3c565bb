import { expect, test } from 'vitest';
import { Alerts, ALERTS_KEPT_MAX } from './alerts.ts';

test('a delay at the threshold raises an alert, one below does not', () => {
  const alerts = new Alerts(180);
  alerts.watch(flight(179));
  alerts.watch(flight(180));
  expect(alerts.count).toBe(1);
  expect(alerts.latest).toEqual([{ date: new Date(0), origin: 'ORD', destination: 'LGA', delay: 180 }]);
});

test('all alerts are counted, the latest are kept, newest first', () => {
  const alerts = new Alerts(1);
  for (let delay = 1; delay <= ALERTS_KEPT_MAX + 3; delay++) alerts.watch(flight(delay));
  expect(alerts.count).toBe(ALERTS_KEPT_MAX + 3);
  expect(alerts.latest.map(({ delay }) => delay)).toEqual([8, 7, 6, 5, 4]);
});

function flight(delay: number) {
  return { id: 1n, date: new Date(0), delay, distance: 700, origin: 'ORD', destination: 'LGA' };
}
