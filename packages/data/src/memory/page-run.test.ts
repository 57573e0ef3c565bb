import fc from 'fast-check';
import { expect, test } from 'vitest';
import { POISON_BYTE, UNIT_BYTES } from './arena.ts';
import { testMemory } from './memory.fixture.ts';
import { PageRun, type TableMemory } from './page-run.ts';

type Bytes = Uint8Array<SharedArrayBuffer>;

function newRun(memory: TableMemory = testMemory()): { memory: TableMemory; run: PageRun<Bytes> } {
  return { memory, run: new PageRun<Bytes>(memory, Uint8Array, UNIT_BYTES) };
}

test('a page is written in place while no snapshot can reach it', () => {
  const { run, memory } = newRun();
  const page = run.add(0, 0);
  expect(run.own(0)).toBe(page);
  memory.epochs.close(memory.epochs.open(1));
  expect(run.own(0)).toBe(page);
  expect(memory.epochs.copiedBytes).toBe(0);
});

test('a page that a snapshot reaches is copied once, and the snapshot keeps the old one', () => {
  const { run, memory } = newRun();
  run.add(0, 0).fill(1);
  const frozen = run.freeze();
  const epoch = memory.epochs.open(1);
  const copy = run.own(0);
  copy[0] = 2;
  expect(run.own(0)).toBe(copy);
  expect([frozen[0]![0], run.views[0]![0], run.views[0]![1]]).toEqual([1, 2, 1]);
  expect(memory.epochs.pinnedBytes).toBe(run.pageBytes);
  memory.epochs.close(epoch);
  expect(memory.epochs.pinnedBytes).toBe(0);
  expect(frozen[0]![0]).toBe(POISON_BYTE);
});

test('a page born after the newest snapshot is written in place', () => {
  const { run, memory } = newRun();
  const epoch = memory.epochs.open(0);
  const page = run.add(0, 0);
  expect(run.own(0)).toBe(page);
  memory.epochs.close(epoch);
});

test('an old page goes back exactly when the last snapshot that reaches it closes', () => {
  const { run, memory } = newRun();
  const { epochs } = memory;
  run.add(0, 0).fill(1);
  const first = epochs.open(1);
  const second = epochs.open(1);
  const page = run.views[0]!;
  run.own(0);
  const third = epochs.open(1);
  epochs.close(second);
  epochs.close(third);
  expect(page[0]).toBe(1);
  epochs.close(first);
  expect(page[0]).toBe(POISON_BYTE);
});

test('a hole stays a hole: removing twice does nothing, and a removed page can be added anew', () => {
  const { run } = newRun();
  run.add(3, 0);
  expect(run.views.map((view) => view !== undefined)).toEqual([false, false, false, true]);
  expect(run.bytes).toBe(run.pageBytes);
  run.remove(3);
  run.remove(3);
  run.remove(9);
  expect(run.bytes).toBe(0);
  expect(run.add(3, 0)).toBe(run.views[3]);
});

test('what a run describes another run adopts', () => {
  const { run, memory } = newRun();
  run.add(0, 0).fill(5);
  run.add(2, 0).fill(6);
  const other = newRun(memory).run;
  other.adopt(run.unitsOf(run.freeze()));
  expect(other.views.map((view) => view?.[7])).toEqual([5, undefined, 6]);
  expect(other.bytes).toBe(run.bytes);
});

test('a snapshot is closed once', () => {
  const { epochs } = testMemory();
  const epoch = epochs.open(0);
  epochs.close(epoch);
  expect(() => epochs.close(epoch)).toThrow('closed once');
});

const PAGES = 4;
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('write' as const), page: fc.nat(PAGES - 1), value: fc.nat(200) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), page: fc.nat(PAGES - 1) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('close' as const), at: fc.nat() }) },
);

/** Pages of many sizes, most of them no power of two. */
function sizeOf(page: number): number {
  return (1 + 3 * page) * UNIT_BYTES;
}

test('every open snapshot reads what a full copy would, and with the last of them all old pages are back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { run, memory } = newRun();
      const { epochs, arena } = memory;
      const before = arena.takenBytes;
      const model: (number | undefined)[] = new Array<undefined>(PAGES).fill(undefined);
      let open: { epoch: number; views: (Bytes | undefined)[]; copy: (number | undefined)[] }[] = [];
      for (const action of steps) {
        if (action.kind === 'write') {
          const view =
            run.views[action.page] === undefined ? run.add(action.page, 0, sizeOf(action.page)) : run.own(action.page);
          view.fill(action.value);
          model[action.page] = action.value;
        } else if (action.kind === 'remove') {
          run.remove(action.page);
          model[action.page] = undefined;
        } else if (action.kind === 'open') {
          open.push({ views: run.freeze(), copy: [...model], epoch: epochs.open(1) });
        } else if (open.length > 0) {
          const [closed] = open.splice(action.at % open.length, 1);
          epochs.close(closed.epoch);
        }
        for (const { views, copy } of open) expect(Array.from(copy, (_, page) => views[page]?.[page])).toEqual(copy);
        const reachable = new Set(
          [...open.flatMap(({ views }) => views), ...run.views].filter((view) => view !== undefined),
        );
        const bytes = Array.from(reachable, ({ byteLength }) => byteLength);
        expect(arena.takenBytes - before).toBe(bytes.reduce((sum, each) => sum + each, 0));
      }
      for (const { epoch } of open) epochs.close(epoch);
      open = [];
      run.clear();
      expect(arena.takenBytes).toBe(before);
      expect(epochs.pinnedBytes).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('behind a mark, the first write to a page that no snapshot reaches gives it another view and copies nothing', () => {
  const { run, memory } = newRun();
  const page = run.add(0, 0);
  page.fill(7);
  const epoch = memory.epochs.open(1);
  memory.epochs.mark(epoch, 8192);
  memory.epochs.close(epoch);
  const again = run.own(0);
  expect(again).not.toBe(page);
  expect([again.byteOffset, again[0], memory.epochs.copiedBytes]).toEqual([page.byteOffset, 7, 0]);
  expect(run.own(0)).toBe(again);
  run.remove(0);
  expect(memory.epochs.pinnedBytes).toBe(0);
});
