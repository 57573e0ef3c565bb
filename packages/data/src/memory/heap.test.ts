import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap, HEAP_PAGE_BYTES } from './heap.ts';
import { testArena, testMemory } from './memory.fixture.ts';
import { Epochs } from './epochs.ts';

const MIB = 1 << 20;
/** About every bound of the length prefix and of the pages. */
const lengths = [
  0,
  1,
  126,
  127,
  128,
  129,
  16_383,
  16_384,
  32_766,
  32_767,
  32_768,
  65_532,
  65_533,
  65_536,
  2 * MIB - 1,
  2 * MIB,
  5 * MIB,
];

/** Bytes that tell a place from its neighbours, and one length from another. */
function patterned(length: number): Uint8Array {
  return new Uint8Array(length)
    .fill(length & 255)
    .fill(7, length - 5)
    .fill(9, 0, 3);
}

test('bytes of every length come back as they were', () => {
  const heap = new Heap(testMemory());
  const refs = lengths.map((length) => heap.putBytes(patterned(length)));
  for (const [i, length] of lengths.entries()) {
    expect(heap.lengthOf(refs[i])).toBe(length);
    expect(Buffer.compare(heap.view(refs[i]), patterned(length))).toBe(0);
  }
  heap.clear();
});

test('text of every length comes back, in one, two, three and four bytes a character', () => {
  const heap = new Heap(testMemory());
  for (const character of ['a', 'é', '語', '😀']) {
    for (const length of [0, 1, 31, 32, 63, 64, 126, 127, 128, 200, 5000, 40_000]) {
      const text = character.repeat(length);
      const ref = heap.putText(text);
      expect(heap.text(ref)).toBe(text);
      expect(heap.equalsText(ref, text)).toBe(true);
      expect(heap.equalsText(ref, `${text}x`)).toBe(false);
      expect(heap.lengthOf(ref)).toBe(Buffer.byteLength(text));
    }
  }
  heap.clear();
});

test('text that turns out not to be ASCII leaves no trace of the attempt', () => {
  const heap = new Heap(testMemory());
  heap.putText('before');
  const used = heap.usedBytes;
  const ref = heap.putText(`${'a'.repeat(100)}é`);
  expect(heap.usedBytes - used).toBe(1 + 102);
  expect(heap.text(ref)).toBe(`${'a'.repeat(100)}é`);
  heap.clear();
});

test('any texts, put and released in any order, read back until they are released, and the bytes add up', () => {
  const memory = testMemory();
  const before = memory.arena.takenBytes;
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.nat(40_000).map((length) => 'x'.repeat(length)),
  );
  const step = fc.oneof({ weight: 3, arbitrary: text }, { weight: 2, arbitrary: fc.nat() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const heap = new Heap(memory);
      const held: { ref: number; text: string }[] = [];
      for (const action of steps) {
        if (typeof action === 'string') held.push({ ref: heap.putText(action), text: action });
        else if (held.length > 0) heap.release(held.splice(action % held.length, 1)[0].ref);
      }
      for (const { ref, text: expected } of held) expect(heap.text(ref)).toBe(expected);
      expect(heap.liveBytes).toBe(held.reduce((sum, { text: kept }) => sum + valueBytes(kept), 0));
      expect(heap.usedBytes).toBeGreaterThanOrEqual(heap.liveBytes);
      expect(memory.arena.takenBytes - before).toBe(heap.bytes);
      heap.clear();
      expect([heap.bytes, heap.liveBytes, heap.usedBytes]).toEqual([0, 0, 0]);
    }),
    { numRuns: 100 },
  );
  expect(memory.arena.takenBytes).toBe(before);
});

function valueBytes(text: string): number {
  const bytes = Buffer.byteLength(text);
  return bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : bytes < 2 * MIB ? 3 : 4);
}

test('a page goes when its last value is released, but for the one being filled', () => {
  const heap = new Heap(testMemory());
  const half = 'x'.repeat(30_000);
  const [a, b, c] = [heap.putText(half), heap.putText(half), heap.putText(half)];
  expect(heap.bytes).toBe(2 * HEAP_PAGE_BYTES);
  heap.release(a);
  expect(heap.bytes).toBe(2 * HEAP_PAGE_BYTES);
  heap.release(b);
  expect(heap.bytes).toBe(HEAP_PAGE_BYTES);
  heap.release(c);
  expect(heap.bytes).toBe(HEAP_PAGE_BYTES);
  heap.clear();
});

test('the page being filled goes as well once another takes its place, if all in it was released', () => {
  const heap = new Heap(testMemory());
  heap.release(heap.putText('x'.repeat(30_000)));
  heap.release(heap.putText('x'.repeat(30_000)));
  heap.putText('x'.repeat(30_000));
  expect(heap.bytes).toBe(HEAP_PAGE_BYTES);
  heap.clear();
});

test('a large value has a page of its own that goes with it, and the page being filled goes on', () => {
  const heap = new Heap(testMemory());
  const small = heap.putText('a');
  const large = heap.putBytes(patterned(100_000));
  const next = heap.putText('b');
  expect(next >>> 16).toBe(small >>> 16);
  expect(heap.bytes).toBe(HEAP_PAGE_BYTES + 131_072);
  heap.release(large);
  expect(heap.bytes).toBe(HEAP_PAGE_BYTES);
  heap.clear();
});

test('a value is released once', () => {
  const heap = new Heap(testMemory());
  const ref = heap.putText('x');
  heap.release(ref);
  expect(() => heap.release(ref)).toThrow('released once');
  heap.clear();
});

test('a moved value reads the same at its new place, and its page is emptied by it', () => {
  const heap = new Heap(testMemory());
  const refs = Array.from({ length: 10 }, (_, i) => heap.putText(`${i}`.repeat(20_000)));
  const page = refs[0] >>> 16;
  const before = heap.bytes;
  for (const [i, ref] of refs.entries()) if (ref >>> 16 === page) refs[i] = heap.move(ref);
  expect(heap.pages[page] === undefined || refs.some((ref) => ref >>> 16 === page)).toBe(true);
  expect(heap.bytes).toBeLessThanOrEqual(before + HEAP_PAGE_BYTES);
  for (const [i, ref] of refs.entries()) expect(heap.text(ref)).toBe(`${i}`.repeat(20_000));
  heap.clear();
});

test('a page is sparse once a third of what was written to it is released, and never while it is being filled', () => {
  const heap = new Heap(testMemory());
  const refs = Array.from({ length: 6 }, () => heap.putText('x'.repeat(10_000)));
  for (const ref of refs.slice(0, 3)) heap.release(ref);
  expect(heap.isSparse(0)).toBe(false);
  heap.putText('x'.repeat(10_000));
  expect(heap.isSparse(0)).toBe(true);
  heap.clear();
});

test('a frozen heap reads what it read, though the page numbers name other pages since', () => {
  const memory = testMemory();
  const heap = new Heap(memory);
  const refs = Array.from({ length: 8 }, (_, i) => heap.putText(`${i}`.repeat(30_000)));
  const frozen = heap.freeze();
  const epoch = memory.epochs.open(8);
  for (const ref of refs) heap.release(ref);
  const reused = Array.from({ length: 8 }, () => heap.putText('z'.repeat(30_000)));
  expect(reused.some((ref) => refs.includes(ref))).toBe(true);
  for (const [i, ref] of refs.entries()) expect(frozen.text(ref)).toBe(`${i}`.repeat(30_000));
  memory.epochs.close(epoch);
  heap.clear();
});

test('a heap that cannot get a page says MEMORY_LIMIT and holds what it held', () => {
  const arena = testArena({ segmentsMax: 1 });
  const heap = new Heap({ arena, epochs: new Epochs(arena) });
  const ref = heap.putText('kept');
  arena.take(13);
  expect(() => heap.putBytes(patterned(5 * MIB))).toThrow(expect.objectContaining({ code: 'MEMORY_LIMIT' }));
  expect([heap.text(ref), heap.liveBytes, heap.bytes]).toEqual(['kept', 5, HEAP_PAGE_BYTES]);
  expect(heap.text(heap.putText('more'))).toBe('more');
});

test('what a heap describes another reads', () => {
  const memory = testMemory();
  const heap = new Heap(memory);
  const refs = [heap.putText('small'), heap.putBytes(patterned(200_000)), heap.putText('again')];
  heap.release(heap.putBytes(patterned(100_000)));
  const other = new Heap(memory);
  other.adopt(heap.describe());
  expect([other.text(refs[0]), other.text(refs[2])]).toEqual(['small', 'again']);
  expect(Buffer.compare(other.view(refs[1]), patterned(200_000))).toBe(0);
  heap.clear();
});

test('a value that is no longer goes where the one was that it replaces, unless a snapshot can see that', () => {
  const memory = testMemory();
  const heap = new Heap(memory);
  const first = heap.putText('twelve bytes');
  expect(heap.replaceText(first, 'eleven byte')).toBe(first);
  expect([heap.text(first), heap.usedBytes, heap.liveBytes]).toEqual(['eleven byte', 13, 12]);
  const longer = heap.replaceText(first, 'thirteen byte');
  expect(longer).not.toBe(first);
  expect([heap.text(longer), heap.usedBytes, heap.liveBytes]).toEqual(['thirteen byte', 27, 14]);
  const epoch = memory.epochs.open(1);
  const frozen = heap.freeze();
  const moved = heap.replaceBytes(longer, Uint8Array.of(7));
  expect([heap.view(moved), frozen.text(longer)]).toEqual([Uint8Array.of(7), 'thirteen byte']);
  memory.epochs.close(epoch);
  expect(heap.replaceBytes(moved, Uint8Array.of())).toBe(moved);
  heap.release(moved);
  expect(heap.liveBytes).toBe(0);
  heap.clear();
});

test('values of any lengths that replace each other are read back, with their headers', () => {
  const lengths = fc.integer({ min: 0, max: 40 }).map((n) => (n > 30 ? n * 4096 : n * 9));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), lengths), { maxLength: 60 }), (steps) => {
      const heap = new Heap(testMemory());
      const refs: number[] = [];
      const texts: string[] = [];
      for (const [slot, length] of steps) {
        const text = 'é'.repeat(length / 2) + 'x'.repeat(length % 2);
        refs[slot] = refs[slot] === undefined ? heap.putText(text) : heap.replaceText(refs[slot]!, text);
        texts[slot] = text;
      }
      let live = 0;
      for (const [slot, text] of texts.entries()) {
        if (text === undefined) continue;
        expect(heap.text(refs[slot]!)).toBe(text);
        const bytes = heap.lengthOf(refs[slot]!);
        live += bytes + (bytes < 128 ? 1 : bytes < 16_384 ? 2 : 3);
      }
      expect(heap.liveBytes).toBe(live);
      heap.clear();
    }),
  );
});
