import { wasm, type WasmMemory } from '@weft/base';
import { expect, test, vi } from 'vitest';
import { Arena, BLOCK_ORDER_MAX, orderOf, POISON_BYTE, UNIT_BYTES } from './arena.ts';
import { Buddy } from './buddy.ts';
import { SMALL_SEGMENT_BYTES, testArena } from './memory.fixture.ts';

const MIB = 1 << 20;

function smallMemory(pages: number): WasmMemory {
  return new wasm.Memory({ initial: pages, maximum: pages, shared: true });
}

test('the order of a size is that of the smallest block that holds it', () => {
  expect([0, 1, 1024, 1025, 2048, 2049, 65_536, 65_537, 16 * MIB].map(orderOf)).toEqual([
    0,
    0,
    0,
    1,
    1,
    2,
    6,
    7,
    BLOCK_ORDER_MAX,
  ]);
});

test('a unit names a segment and an address in it, and a view of a block leads back to its unit', () => {
  const arena = testArena({ segmentsMax: 2 });
  const units = [0, 5, 13, 12, 13].map((order) => ({ order, unit: arena.take(order) }));
  expect(new Set(units.map(({ unit }) => arena.segmentOf(unit)))).toEqual(new Set([0, 1]));
  for (const { unit, order } of units) {
    expect(unit).toBeGreaterThan(0);
    const bytes = arena.bytes(unit, order);
    expect(bytes.length).toBe(UNIT_BYTES << order);
    expect(bytes.byteOffset).toBe(arena.address(unit));
    expect(bytes.buffer).toBe(arena.segments[arena.segmentOf(unit)].buffer);
    expect(arena.unitOf(bytes)).toBe(unit);
  }
});

test('a block comes from the segment asked for where there is room, and from another where there is none', () => {
  const arena = testArena({ segmentsMax: 2 });
  const first = [arena.take(13), arena.take(12), arena.take(11), arena.take(10)];
  expect(first.map((unit) => arena.segmentOf(unit))).toEqual([0, 0, 0, 0]);
  expect(arena.segmentOf(arena.take(13))).toBe(1);
  expect(arena.segmentOf(arena.take(0, 0))).toBe(0);
  expect(arena.segmentOf(arena.take(0, 1))).toBe(1);
});

test('taken bytes are those of the blocks that were not given back', () => {
  const arena = testArena();
  const a = arena.take(3);
  arena.take(0);
  expect(arena.takenBytes).toBe(9 * UNIT_BYTES);
  arena.give(a, 3);
  expect(arena.takenBytes).toBe(UNIT_BYTES);
});

test('a run takes no more than its units, and what it leaves of its block serves others', () => {
  const arena = testArena();
  for (const units of [1, 5, 80, 127, 136, 256]) {
    const before = arena.takenBytes;
    const unit = arena.takeRun(units);
    const size = 1 << Math.ceil(Math.log2(units));
    expect(arena.takenBytes - before).toBe(units * UNIT_BYTES);
    const rest = Array.from({ length: size - units }, () => arena.take(0));
    const owned = [unit, ...rest];
    expect(rest.every((other) => other < unit || other >= unit + units)).toBe(true);
    expect(new Set(owned).size).toBe(owned.length);
    arena.giveRun(unit, units);
    for (const other of rest) arena.give(other, 0);
    expect(arena.takenBytes).toBe(before);
  }
  // All has joined up again: nothing but the 256 units with the reserved one is in smaller blocks.
  expect(arena.hasRoom(SMALL_SEGMENT_BYTES - 256 * UNIT_BYTES, 256 * UNIT_BYTES)).toBe(true);
});

test('a freed block is poisoned where that is asked for', () => {
  const arena = testArena();
  const unit = arena.take(1);
  const bytes = arena.bytes(unit, 1).fill(7);
  arena.give(unit, 1);
  expect(bytes.every((byte) => byte === POISON_BYTE)).toBe(true);
});

test('MEMORY_LIMIT says how much there is and how much is taken', () => {
  const arena = testArena({ segmentsMax: 1 });
  arena.take(13);
  expect(() => arena.take(14)).toThrow(
    expect.objectContaining({ code: 'MEMORY_LIMIT', details: { bytesTaken: 8 * MIB, bytesMax: 16 * MIB } }),
  );
});

test('room that was required can be taken, whatever the sizes', () => {
  const arena = testArena({ segmentsMax: 2 });
  // The first unit of a segment is never handed out, which leaves 15 MiB in blocks of a mebibyte or more.
  arena.require(30 * MIB, MIB);
  for (const order of [0, 12, 7, 13, 11, 13, 12]) arena.take(order);
  expect(arena.segments.length).toBe(2);
  expect(() => arena.require(16 * MIB, 16 * MIB)).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  expect(arena.hasRoom(16 * MIB, 16 * MIB)).toBe(false);
  expect(arena.hasRoom(UNIT_BYTES, UNIT_BYTES)).toBe(true);
});

test('a segment that the system refuses when it is first needed is MEMORY_LIMIT, and what was there stays usable', () => {
  let reserved = 0;
  const arena = testArena({
    createMemory: (pages) => {
      if (reserved++ > 0) throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      return smallMemory(pages);
    },
  });
  arena.take(13);
  expect(() => arena.require(12 * MIB, MIB)).toThrow(
    expect.objectContaining({ code: 'MEMORY_LIMIT', cause: expect.any(RangeError) }),
  );
  expect(arena.take(12)).toBeGreaterThan(0);
});

test('an environment that cannot reserve even one segment is told so, with the remedy', () => {
  const refuse = (): never => {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  };
  expect(() => testArena({ createMemory: refuse })).toThrow(
    expect.objectContaining({ code: 'ENVIRONMENT_UNSUITABLE', hint: expect.stringContaining('ulimit -v') }),
  );
});

test('an attached arena sees what the other wrote and hands nothing out', () => {
  const arena = testArena();
  const unit = arena.take(0);
  arena.bytes(unit, 0)[5] = 42;
  const attached = Arena.attach(arena.segments);
  expect(attached.bytes(unit, 0)[5]).toBe(42);
  expect(attached.unitOf(attached.bytes(unit, 0))).toBe(unit);
  expect(() => attached.take(0)).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
});

test('segment sizes that are no power of two, or too small for the largest block, are noticed', () => {
  for (const segmentBytes of [SMALL_SEGMENT_BYTES / 2, SMALL_SEGMENT_BYTES * 3, 2 ** 31])
    expect(() => testArena({ segmentBytes })).toThrow('segmentBytes');
});

test('blocks larger than any segment has are refused, as often as they are asked for, without another segment', () => {
  const arena = testArena({ segmentsMax: 8 });
  for (let i = 0; i < 3; i++)
    expect(() => arena.require(16 * MIB, 16 * MIB)).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  expect(arena.segments.length).toBe(1);
});

test('runs given for later are free at once, and made ready a few with each block that is taken', () => {
  const arena = new Arena({ segmentBytes: 16 * MIB, segmentsMax: 1 });
  const runs = Array.from({ length: 1500 }, () => arena.takeRun(5));
  const taken = arena.takenBytes;
  const give = vi.spyOn(Buddy.prototype, 'give');
  for (const run of runs) arena.giveRunLater(run, 5);
  expect(give.mock.calls.length).toBe(0);
  expect(arena.takenBytes).toBe(taken - 1500 * 5 * UNIT_BYTES);
  arena.takeRun(4);
  // Each run of five units is two blocks.
  expect(give.mock.calls.length).toBe(2 * 8);
  // There is no room for this but in what was given.
  expect(arena.hasRoom(14 * MIB, UNIT_BYTES)).toBe(true);
  expect(arena.take(orderOf(4 * MIB))).toBeGreaterThan(0);
  give.mockRestore();
});

test('a block that only runs given for later have room for is found', () => {
  const arena = new Arena({ segmentBytes: 16 * MIB, segmentsMax: 1 });
  const runs = Array.from({ length: 7000 }, () => arena.takeRun(2));
  for (const run of runs) arena.giveRunLater(run, 2);
  expect(arena.take(orderOf(8 * MIB))).toBeGreaterThan(0);
});

test('the pages of a run are given later all together, holes left out', () => {
  const arena = new Arena({ segmentBytes: 16 * MIB, segmentsMax: 1 });
  const before = arena.takenBytes;
  const units = Array.from({ length: 1000 }, (_, page) => (page % 3 === 0 ? 0 : arena.takeRun(8)));
  const views = units.map((unit) => (unit === 0 ? undefined : { byteLength: 8 * UNIT_BYTES }));
  const give = vi.spyOn(Buddy.prototype, 'give');
  arena.givePagesLater({ views, units }, arena.takenBytes - before);
  expect(give.mock.calls.length).toBe(0);
  expect(arena.takenBytes).toBe(before);
  arena.takeRun(4);
  expect(give.mock.calls.length).toBe(8);
  expect(arena.hasRoom(15 * MIB, UNIT_BYTES)).toBe(true);
  expect(give.mock.calls.length).toBe(666);
  give.mockRestore();
});
