import fc from 'fast-check';
import { expect, test } from 'vitest';
import { testMemory } from '../memory/memory.fixture.ts';
import { ROWS_PER_PAGE } from '../memory/layout.ts';
import { NullMap } from './null-map.ts';
import { ZoneMap } from './zone-map.ts';

const near = (): number => 0;

function newMap(): { nulls: NullMap; zones: ZoneMap; memory: ReturnType<typeof testMemory> } {
  const memory = testMemory();
  const zones = new ZoneMap(memory);
  for (let page = 0; page < 3; page++) zones.reset(page, 0);
  return { memory, zones, nulls: new NullMap(memory) };
}

test('a page without absent values has no bitmap, and one whose marks are gone has none set', () => {
  const { nulls, zones } = newMap();
  nulls.unmark(5, zones);
  expect(nulls.bytes).toBe(0);
  nulls.mark(ROWS_PER_PAGE, zones, near);
  expect(nulls.pages.map((page) => page !== undefined)).toEqual([false, true]);
  nulls.unmark(ROWS_PER_PAGE, zones);
  expect([nulls.has(ROWS_PER_PAGE), zones.nulls(1)]).toEqual([false, 0]);
});

test('any marks and removals agree with a set, are counted in the zone map, and leave a frozen map alone', () => {
  const step = fc.record({ row: fc.nat(3 * ROWS_PER_PAGE - 1), marks: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(step, { maxLength: 60 }), (first, second) => {
      const { nulls, zones, memory } = newMap();
      const model = new Set<number>();
      const apply = ({ row, marks }: { row: number; marks: boolean }): void => {
        if (marks) nulls.mark(row, zones, near);
        else nulls.unmark(row, zones);
        if (marks) model.add(row);
        else model.delete(row);
      };
      first.forEach(apply);
      const frozen = nulls.freeze();
      const before = new Set(model);
      const epoch = memory.epochs.open(3 * ROWS_PER_PAGE);
      second.forEach(apply);
      for (const { row } of [...first, ...second]) {
        expect(nulls.has(row)).toBe(model.has(row));
        expect(frozen.has(row)).toBe(before.has(row));
      }
      for (let page = 0; page < 3; page++)
        expect(zones.nulls(page)).toBe([...model].filter((row) => row >>> 13 === page).length);
      memory.epochs.close(epoch);
      nulls.clear();
      zones.clear();
    }),
    { numRuns: 100 },
  );
});
