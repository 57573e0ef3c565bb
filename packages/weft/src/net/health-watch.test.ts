import { expect, test } from 'vitest';
import { HostHealth, newHealthBoard } from './health-board.ts';
import { HealthWatch } from './health-watch.ts';

function watched() {
  const board = newHealthBoard(2);
  const hosts = [new HostHealth(board, 0), new HostHealth(board, 1)] as const;
  return { hosts, watch: new HealthWatch(board, 2, 1000) };
}

test('what is ready says so of each host', () => {
  const { hosts, watch } = watched();
  for (const host of hosts) host.state = 'ready';
  hosts[1].connections = 7;
  expect(watch.ready()).toEqual({
    isOk: true,
    reasons: [],
    hosts: [
      { host: 0, state: 'ready', connections: 0, silentMs: 0 },
      { host: 1, state: 'ready', connections: 7, silentMs: 0 },
    ],
  });
});

test('a host that starts, recovers or drains is live and not ready, with the reason', () => {
  const { hosts, watch } = watched();
  hosts[0].state = 'recovering';
  hosts[0].percent = 41.7;
  hosts[1].state = 'draining';
  expect(watch.ready()).toMatchObject({
    isOk: false,
    reasons: ['host 0 is recovering, 41 % read', 'host 1 is draining'],
  });
  expect(watch.live()).toMatchObject({ isOk: true, reasons: [] });
});

test('a host whose loop has not begun to turn is live, however long that takes, and not ready', () => {
  const { watch } = watched();
  for (let ms = 0; ms < 60_000; ms += 100) watch.look(100);
  expect(watch.live().isOk).toBe(true);
  expect(watch.ready()).toMatchObject({ isOk: false, reasons: ['host 0 is starting', 'host 1 is starting'] });
});

test('a host whose loop does not turn is neither live nor ready, until it turns again', () => {
  const { hosts, watch } = watched();
  for (const host of hosts) {
    host.state = 'ready';
    host.beat();
  }
  watch.look(0);
  for (let ms = 0; ms < 1000; ms += 100) {
    hosts[0].beat();
    watch.look(100);
  }
  expect(watch.live().isOk).toBe(true);
  hosts[0].beat();
  watch.look(100);
  const reasons = ['the loop of host 1 has not turned for 1100 ms'];
  expect(watch.live()).toMatchObject({ isOk: false, reasons });
  expect(watch.ready()).toMatchObject({ isOk: false, reasons });
  hosts[1].beat();
  watch.look(100);
  expect(watch.live().isOk).toBe(true);
});
