import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimingWheel, type Timed } from './timing-wheel.ts';

interface Item extends Timed<Item> {
  readonly name: number;
}

function item(name: number, dueMs: number): Item {
  return { name, dueMs, prev: undefined, next: undefined, list: undefined };
}

const never = (): boolean => false;

test('whatever is added, taken out and renewed, each item is handed out once, at its time, and the next time is never late', () => {
  const span = fc.oneof(
    fc.double({ min: 0, max: 200, noNaN: true }),
    fc.nat(5000),
    fc.nat(10_000_000),
    fc.nat(2 ** 31 - 1),
  );
  const step = fc.oneof(
    fc.record({ op: fc.constant('add' as const), ms: span, which: fc.constant(0) }),
    fc.record({ op: fc.constant('remove' as const), ms: fc.constant(0), which: fc.nat(20) }),
    fc.record({ op: fc.constant('renew' as const), ms: span, which: fc.nat(20) }),
    fc.record({ op: fc.constant('pass' as const), ms: span, which: fc.constant(0) }),
    fc.record({ op: fc.constant('next' as const), ms: fc.constant(0), which: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.nat(2 ** 31 - 1), fc.array(step, { maxLength: 60 }), (startMs, steps) => {
      let nowMs = 1_700_000_000_000 + startMs;
      const wheel = new TimingWheel<Item>(nowMs);
      const items = new Map<number, Item>();
      let names = 0;
      const advance = (): void => {
        const due = [...items.values()].filter(({ dueMs }) => Math.ceil(dueMs) <= Math.floor(nowMs));
        const got: number[] = [];
        expect(wheel.advance(nowMs, ({ name }) => void got.push(name), never)).toBe(true);
        expect(got.toSorted((a, b) => a - b)).toEqual(due.map(({ name }) => name).toSorted((a, b) => a - b));
        for (const name of got) items.delete(name);
      };
      for (const { op, ms, which } of steps) {
        const known = [...items.values()][which % Math.max(1, items.size)];
        if (op === 'add') {
          const made = item(names++, nowMs + ms);
          items.set(made.name, made);
          wheel.add(made);
        } else if (op === 'pass') {
          nowMs += ms;
          advance();
        } else if (op === 'next') {
          const next = wheel.nextMs();
          const first = Math.min(...[...items.values()].map(({ dueMs }) => Math.ceil(dueMs)));
          expect(next <= Math.max(first, nowMs)).toBe(true);
          if (next === Infinity) continue;
          nowMs = Math.max(nowMs, next);
          advance();
        } else if (known !== undefined) {
          wheel.remove(known);
          items.delete(known.name);
          if (op === 'remove') continue;
          known.dueMs = nowMs + ms;
          items.set(known.name, known);
          wheel.add(known);
        }
      }
      nowMs += 2 ** 32;
      advance();
      expect(wheel.nextMs()).toBe(Infinity);
    }),
    { numRuns: 500 },
  );
});

test('many items that are due together are handed out in steps', () => {
  const wheel = new TimingWheel<Item>(0);
  for (let name = 0; name < 1000; name++) wheel.add(item(name, 70_000));
  let count = 0;
  let turns = 1;
  while (
    !wheel.advance(
      70_000,
      () => void count++,
      () => true,
    )
  )
    turns++;
  expect(count).toBe(1000);
  expect(turns).toBeGreaterThan(10);
});
