import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testMemory } from '../memory/memory.fixture.ts';
import { ZoneMap } from './zone-map.ts';

test('a page that was never written holds nothing between its bounds', () => {
  const zones = new ZoneMap(testMemory());
  zones.reset(40, 0);
  expect([zones.min(40), zones.max(40), zones.nulls(40)]).toEqual([Infinity, -Infinity, 0]);
  zones.clear();
});

test('bounds hold every prefix written to their page, and no other page knows', () => {
  const prefix = fc.double({ noNaN: true }).map((value) => value + 0);
  fc.assert(
    fc.property(fc.array(fc.record({ page: fc.nat(40), prefix }), { maxLength: 60 }), (writes) => {
      const zones = new ZoneMap(testMemory());
      for (let page = 0; page <= 40; page++) zones.reset(page, 0);
      for (const write of writes) zones.widen(write.page, write.prefix);
      for (let page = 0; page <= 40; page++) {
        const of = writes.filter((write) => write.page === page).map((write) => write.prefix);
        expect([zones.min(page), zones.max(page)]).toEqual([Math.min(...of), Math.max(...of)]);
      }
      zones.clear();
    }),
    { numRuns: 100 },
  );
});

test('a frozen map keeps its bounds and counts while the live one goes on', () => {
  const memory = testMemory();
  const zones = new ZoneMap(memory);
  zones.reset(0, 0);
  zones.widen(0, 5);
  zones.addNulls(0, 2);
  const frozen = zones.freeze();
  const epoch = memory.epochs.open(1);
  zones.widen(0, 9);
  zones.addNulls(0, -1);
  zones.reset(33, 0);
  expect([frozen.min(0), frozen.max(0), frozen.nulls(0)]).toEqual([5, 5, 2]);
  expect([zones.min(0), zones.max(0), zones.nulls(0)]).toEqual([5, 9, 1]);
  zones.reset(0, 0);
  expect(frozen.max(0)).toBe(5);
  memory.epochs.close(epoch);
  zones.clear();
});
