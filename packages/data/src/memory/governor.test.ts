import { expect, test } from 'vitest';
import { BLOCK_ORDER_MAX } from './arena.ts';
import { Governor, GRANT_BYTES } from './governor.ts';
import { memoryLimit, shortageOf } from './memory-need.ts';
import { testArena } from './memory.fixture.ts';

const MIB = 1 << 20;

function need(pageBytes: number, outsideBytes = 0): { pageBytes: number; blockBytes: number; outsideBytes: number } {
  return { pageBytes, blockBytes: 65_536, outsideBytes };
}

test('grants go up to the limit, together with what lies outside, and on again when that shrinks or the limit grows', () => {
  const governor = new Governor({ limitBytes: 3 * GRANT_BYTES });
  expect([governor.grant(GRANT_BYTES), governor.grant(GRANT_BYTES)]).toEqual([true, true]);
  governor.addOutside(1);
  expect(governor.grant(GRANT_BYTES)).toBe(false);
  expect(governor.freeBytes).toBe(GRANT_BYTES - 1);
  governor.addOutside(-1);
  expect(governor.grant(GRANT_BYTES)).toBe(true);
  governor.setLimit(4 * GRANT_BYTES);
  expect(governor.grant(GRANT_BYTES)).toBe(true);
  governor.setLimit(GRANT_BYTES);
  expect(governor.freeBytes).toBe(-3 * GRANT_BYTES);
});

test('grids of one process share its limit, and a grid that closes gives its part back', () => {
  const process = new Governor({ limitBytes: 3 * GRANT_BYTES });
  const first = new Governor({ parent: process });
  const second = new Governor({ limitBytes: 2 * GRANT_BYTES, parent: process });
  first.grant(GRANT_BYTES);
  first.addOutside(GRANT_BYTES);
  expect([first.limitBytes, second.limitBytes]).toEqual([3 * GRANT_BYTES, 2 * GRANT_BYTES]);
  expect(second.freeBytes).toBe(GRANT_BYTES);
  expect([second.grant(GRANT_BYTES), second.grant(GRANT_BYTES)]).toEqual([true, false]);
  first.close();
  expect(second.grant(GRANT_BYTES)).toBe(true);
});

test('a type meets its quota before the grid its limit, and the error says which with figures', () => {
  const governor = new Governor({ limitBytes: 10 * GRANT_BYTES });
  const arena = testArena({ segmentsMax: 8, governor });
  const quota = governor.quota('Order');
  expect(governor.quota('Order')).toBe(quota);
  quota.setLimit(2 * MIB);
  quota.addPages(MIB);
  expect(shortageOf(quota, arena, need(MIB / 2))).toBeUndefined();
  expect(shortageOf(quota, arena, need(2 * MIB))).toBe('quota');
  expect(shortageOf(quota, arena, need(0, 2 * MIB))).toBe('quota');
  expect(memoryLimit('quota', quota, arena, need(2 * MIB))).toMatchObject({
    code: 'MEMORY_LIMIT',
    retryable: true,
    message: expect.stringContaining('may need 2.1 MB more found no room: 1.0 of 2.1 MB, the quota of Order'),
    hint: expect.stringContaining('grid.setQuota(Order, …)'),
    details: { type: 'Order', limit: 'quota', usedBytes: MIB, limitBytes: 2 * MIB, neededBytes: 2 * MIB },
  });
  quota.setLimit(Infinity);
  expect(shortageOf(quota, arena, need(2 * MIB))).toBeUndefined();
  expect(quota.hasPlenty(2 * MIB)).toBe(true);
});

test('a change that grows leaves a reserve, in which others still find room', () => {
  const governor = new Governor({ limitBytes: GRANT_BYTES });
  const arena = testArena({ segmentsMax: 8, governor });
  const quota = governor.quota('Order');
  const taken: number[] = [];
  while (shortageOf(quota, arena, need(65_536)) === undefined) taken.push(arena.take(6));
  expect(arena.hasRoom(MIB, 65_536)).toBe(true);
  expect(arena.segments.length).toBe(1);
  expect(memoryLimit('grid', quota, arena, need(65_536))).toMatchObject({
    hint: expect.stringContaining('grid.setMemory'),
    details: { limit: 'grid', limitBytes: GRANT_BYTES, usedBytes: arena.takenBytes },
  });
  // A higher limit helps at once, and so do pages that are given back.
  governor.setLimit(2 * GRANT_BYTES);
  expect(shortageOf(quota, arena, need(65_536))).toBeUndefined();
  governor.setLimit(GRANT_BYTES);
  for (const unit of taken.splice(0, 16)) arena.give(unit, 6);
  expect(shortageOf(quota, arena, need(65_536))).toBeUndefined();
});

test('indexes count against the limit, and what a change needs of none is never refused', () => {
  const governor = new Governor({ limitBytes: 2 * GRANT_BYTES });
  const arena = testArena({ segmentsMax: 8, governor });
  const quota = governor.quota('Order');
  const bytes = governor.freeBytes;
  quota.addOutside(bytes);
  expect([governor.freeBytes, quota.usedBytes, arena.usedBytes]).toEqual([0, bytes, bytes]);
  expect(shortageOf(quota, arena, need(0, 1))).toBe('grid');
  expect(shortageOf(quota, arena, need(0, 0))).toBeUndefined();
});

test('under a limit set below what was granted, what is in use counts: rows that go make room for indexes and pages again', () => {
  const governor = new Governor({ limitBytes: 3 * GRANT_BYTES });
  const arena = testArena({ segmentBytes: 4 * GRANT_BYTES, governor });
  const quota = governor.quota('Order');
  const blocks = Array.from({ length: 2 }, () => arena.take(BLOCK_ORDER_MAX));
  governor.setLimit(GRANT_BYTES + 4 * MIB);
  expect(governor.isBelowGranted).toBe(true);
  expect(shortageOf(quota, arena, need(0, MIB))).toBe('grid');
  expect(shortageOf(quota, arena, need(MIB))).toBe('grid');
  for (const block of blocks) arena.give(block, BLOCK_ORDER_MAX);
  expect(shortageOf(quota, arena, need(0, MIB))).toBeUndefined();
  expect(shortageOf(quota, arena, need(MIB))).toBeUndefined();
  expect(shortageOf(quota, arena, need(GRANT_BYTES + 3 * MIB))).toBe('grid');
  expect(shortageOf(quota, arena, need(0, GRANT_BYTES + 5 * MIB))).toBe('grid');
});

test('MEMORY_LIMIT says where room lies that a write cannot use', () => {
  const governor = new Governor({ limitBytes: GRANT_BYTES });
  const arena = testArena({ governor });
  const { message } = memoryLimit('grid', governor.quota('Order'), arena, need(0, MIB));
  expect(message).toMatch(/; [\d.]+ MB more lie in free pages that this change cannot use\.$/);
});

test('MEMORY_LIMIT names the reserve where its figures alone would say that there is room', () => {
  const governor = new Governor({ limitBytes: GRANT_BYTES });
  const arena = testArena({ segmentsMax: 8, governor });
  const quota = governor.quota('Order');
  while (shortageOf(quota, arena, need(65_536)) === undefined) arena.take(6);
  const { message } = memoryLimit('grid', quota, arena, need(65_536));
  expect(message).toMatch(/are used; 1\.0 MB more are kept for changes that make no row longer[.;]/);
  quota.setLimit(2 * MIB);
  quota.addPages(2 * MIB - 70_000);
  expect(shortageOf(quota, arena, need(65_536))).toBe('quota');
  expect(memoryLimit('quota', quota, arena, need(65_536)).message).toMatch(
    /are used; 66 kB more are kept for indexes that grow\.$/,
  );
});

test('MEMORY_LIMIT of a small quota is told in kilobytes, and says what found no room', () => {
  const governor = new Governor({ limitBytes: GRANT_BYTES });
  const quota = governor.quota('Order');
  quota.setLimit(1000);
  const { message } = memoryLimit('quota', quota, testArena({ governor }), need(65_536), 'Order: an evolution');
  expect(message).toBe(
    'Order: an evolution that may need 66 kB more found no room: 0.0 of 1.0 kB, the quota of Order, are used.',
  );
});
