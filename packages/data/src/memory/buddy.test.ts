import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Buddy } from './buddy.ts';

const ORDER_MAX = 5;
const UNITS = 8 << ORDER_MAX;

function newBuddy(): Buddy {
  return new Buddy({ units: UNITS, orderMax: ORDER_MAX, reservedUnits: 1 });
}

/** Takes blocks of an order until there are none. */
function takeAll(buddy: Buddy, order: number): number[] {
  const units: number[] = [];
  for (let unit = buddy.take(order); unit >= 0; unit = buddy.take(order)) units.push(unit);
  return units;
}

test('blocks never overlap, are aligned to their size and never include the reserved unit', () => {
  const step = fc.record({ order: fc.integer({ min: 0, max: ORDER_MAX }), give: fc.boolean(), at: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const buddy = newBuddy();
      // The naive allocator: which block owns each unit.
      const owner = new Array<number>(UNITS).fill(-1);
      owner[0] = -2;
      const blocks: { unit: number; order: number }[] = [];
      for (const { order, give, at } of steps) {
        if (give && blocks.length > 0) {
          const [block] = blocks.splice(at % blocks.length, 1);
          buddy.give(block.unit, block.order);
          owner.fill(-1, block.unit, block.unit + (1 << block.order));
        } else {
          const unit = buddy.take(order);
          if (unit < 0) {
            expect(hasAlignedHole(owner, order)).toBe(false);
            continue;
          }
          expect(unit % (1 << order)).toBe(0);
          expect(owner.slice(unit, unit + (1 << order)).every((held) => held === -1)).toBe(true);
          owner.fill(unit, unit, unit + (1 << order));
          blocks.push({ unit, order });
        }
        expect(buddy.takenUnits).toBe(owner.filter((held) => held >= 0).length);
      }
    }),
    { numRuns: 300 },
  );
});

function hasAlignedHole(owner: readonly number[], order: number): boolean {
  const size = 1 << order;
  for (let unit = 0; unit < UNITS; unit += size)
    if (owner.slice(unit, unit + size).every((held) => held === -1)) return true;
  return false;
}

test('all blocks given back join up again, whatever the order of giving', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), (picks) => {
      const buddy = newBuddy();
      const small = takeAll(buddy, 0);
      while (small.length > 0) buddy.give(small.splice(picks.next().value % small.length, 1)[0], 0);
      // The first block of the top order holds the reserved unit.
      expect(takeAll(buddy, ORDER_MAX).length).toBe(UNITS / (1 << ORDER_MAX) - 1);
    }),
    { numRuns: 20 },
  );
});

test('a free block that was joined with its buddy is not handed out by its old name', () => {
  const buddy = newBuddy();
  const units = takeAll(buddy, 0);
  const [a, b] = units.filter((unit) => unit >= 2).slice(0, 2);
  buddy.give(a, 0);
  buddy.give(b, 0);
  expect(buddy.take(1)).toBe(Math.min(a, b));
  // The stack of single units still names a and b, which are inside the block of two.
  expect(buddy.take(0)).toBe(-1);
});

test('units that were never needed are counted apart, and all that is free is available to single units', () => {
  const buddy = newBuddy();
  expect(buddy.untouchedUnits).toBe(UNITS - (1 << ORDER_MAX));
  const available = (): number => buddy.freeUnits(0) + buddy.untouchedUnits;
  expect(available()).toBe(UNITS - 1);
  expect(buddy.freeUnits(ORDER_MAX)).toBe(0);
  const unit = buddy.take(ORDER_MAX);
  expect(available()).toBe(UNITS - 1 - (1 << ORDER_MAX));
  buddy.give(unit, ORDER_MAX);
  expect(available()).toBe(UNITS - 1);
  expect(buddy.untouchedUnits).toBe(UNITS - (2 << ORDER_MAX));
});

test('a block is touched for the first time only where that is allowed, and free ones are used without asking', () => {
  let allowed = 1;
  const mayTouch = (): boolean => allowed-- > 0;
  const buddy = new Buddy({ units: UNITS, orderMax: ORDER_MAX, reservedUnits: 1, mayTouch });
  const unit = buddy.take(ORDER_MAX);
  expect([unit, buddy.take(ORDER_MAX)]).toEqual([1 << ORDER_MAX, -1]);
  buddy.give(unit, ORDER_MAX);
  expect(buddy.take(ORDER_MAX)).toBe(unit);
});

test('memory is touched in small steps where that is said, and a larger block leaves what lies before it free', () => {
  const touched: number[] = [];
  const mayTouch = (units: number): boolean => touched.push(units) > 0;
  const buddy = new Buddy({ units: UNITS, orderMax: ORDER_MAX, reservedUnits: 1, touchOrder: 2, mayTouch });
  expect(UNITS - buddy.untouchedUnits).toBe(4);
  const large = buddy.take(4);
  expect([large, touched]).toEqual([16, [28]]);
  // The units 1 to 15 are free, all but the reserved one.
  expect([buddy.freeUnits(0), buddy.take(3), buddy.take(2), buddy.take(1), buddy.take(0)]).toEqual([15, 8, 4, 2, 1]);
  expect([buddy.take(2), touched]).toEqual([32, [28, 4]]);
  for (const [unit, order] of [
    [large, 4],
    [8, 3],
    [4, 2],
    [2, 1],
    [1, 0],
    [32, 2],
  ] as const)
    buddy.give(unit, order);
  expect(buddy.takenUnits).toBe(0);
});

test('giving a block back twice, or with another order, is noticed', () => {
  const buddy = newBuddy();
  const unit = buddy.take(2);
  expect(() => buddy.give(unit, 1)).toThrow('given back once');
  buddy.give(unit, 2);
  expect(() => buddy.give(unit, 2)).toThrow('given back once');
});
