import { expect, test } from 'vitest';
import { judgeBounded } from './case.ts';

test('a figure below its bound is met, and its ratio says how far below', () => {
  const judged = judgeBounded({
    name: 'p99',
    peerName: 'bound',
    unit: 'ms',
    figures: [50, 25, 40],
    bound: 100,
    aim: 20,
  });
  expect(judged).toMatchObject({ weft: 40, peer: 100, ratio: 2.5, must: 1, aim: 5, met: true, unit: 'ms' });
});

test('a figure above its bound is missed', () => {
  expect(judgeBounded({ name: 'p99', peerName: 'bound', unit: 'ms', figures: [200], bound: 100 }).met).toBe(false);
});
