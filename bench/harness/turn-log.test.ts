import { describe, expect, test } from 'vitest';
import { TurnLog } from './turn-log.ts';

describe('a log of turns', () => {
  test('keeps long turns in their order and counts short ones', () => {
    const log = new TurnLog();
    log.add(0, 0.1, 0);
    log.add(1, 3, 0.5);
    log.add(3, 3.01, 0);
    log.add(4, 5, 0);
    expect(log.turns).toBe(4);
    expect(log.longer()).toEqual([
      { from: 1, to: 3, ranMs: 0.5 },
      { from: 4, to: 5, ranMs: 0 },
    ]);
  });

  test('tells the length that a share of the turns does not pass, of long ones as they are to be taken', () => {
    const log = new TurnLog();
    for (let turn = 0; turn < 90; turn++) log.add(0, 0.012, 0);
    for (let turn = 0; turn < 10; turn++) log.add(0, 2, 0);
    const ownMs = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4];
    expect(log.quantileMs(0.5, ownMs)).toBeCloseTo(0.015);
    expect(log.quantileMs(0.95, ownMs)).toBe(1);
    expect(log.quantileMs(0.99, ownMs)).toBe(1.4);
    expect(new TurnLog().quantileMs(0.99, [])).toBe(0);
  });

  test('begins anew', () => {
    const log = new TurnLog();
    log.add(0, 1, 0);
    log.clear();
    expect(log.turns).toBe(0);
    expect(log.longer()).toEqual([]);
  });

  test('refuses more long turns than it has room for', () => {
    const log = new TurnLog();
    expect(() => {
      for (;;) log.add(0, 1, 0);
    }).toThrow('measure less at a time');
  });
});
