import { murmur3String } from '@weft/base';
import { expect, test } from 'vitest';
import { testMemory } from '../memory/memory.fixture.ts';
import { Dictionary } from './dictionary.ts';
import { textPrefix } from './text-prefix.ts';

test('codes count up from 0, and each leads back to its text', () => {
  const dictionary = new Dictionary(testMemory());
  const texts = Array.from({ length: 1000 }, (_, i) => `text ${i}`);
  expect(texts.map((text) => dictionary.add(text))).toEqual(texts.map((_, code) => code));
  expect(texts.map((text) => dictionary.codeOf(text))).toEqual(texts.map((_, code) => code));
  expect([dictionary.get(999), dictionary.length, dictionary.codeOf('none')]).toEqual(['text 999', 1000, -1]);
  dictionary.release();
});

test('prefix and hash are kept with each text', () => {
  const dictionary = new Dictionary(testMemory());
  dictionary.add('語');
  expect([dictionary.prefixes[0], dictionary.hashes[0]]).toEqual([textPrefix('語'), murmur3String('語', 0)]);
  dictionary.release();
});

test('the longest text is known by its bytes', () => {
  const dictionary = new Dictionary(testMemory());
  expect(dictionary.textBytesMax).toBe(0);
  for (const text of ['abcdef', '語語語', 'x']) dictionary.add(text);
  expect(dictionary.textBytesMax).toBe(9);
  dictionary.release();
});

test('names that objects inherit are text like any other', () => {
  const dictionary = new Dictionary(testMemory());
  for (const text of ['__proto__', 'constructor', 'toString', '']) {
    expect(dictionary.codeOf(text)).toBe(-1);
    expect(dictionary.get(dictionary.add(text))).toBe(text);
  }
  dictionary.release();
});

test('another thread reads as many codes as there were when they were described', () => {
  const memory = testMemory();
  const dictionary = new Dictionary(memory);
  for (let i = 0; i < 600; i++) dictionary.add(`é${i}`);
  const pages = structuredClone(dictionary.describe(500));
  const other = new Dictionary(memory);
  other.adopt(pages);
  expect([other.length, other.get(0), other.get(499), other.codeOf('é499'), other.codeOf('é500')]).toEqual([
    500,
    'é0',
    'é499',
    499,
    -1,
  ]);
  dictionary.release();
});

test('a released dictionary still tells snapshots where its pages are, and what was taken is given back', () => {
  const memory = testMemory();
  const before = memory.arena.takenBytes;
  const dictionary = new Dictionary(memory);
  dictionary.add('kept');
  const epoch = memory.epochs.open(1);
  dictionary.release();
  const other = new Dictionary(memory);
  other.adopt(dictionary.describe(1));
  expect([other.get(0), dictionary.get(0), dictionary.bytes]).toEqual(['kept', 'kept', 0]);
  memory.epochs.close(epoch);
  expect(memory.arena.takenBytes).toBe(before);
});

test('a code without rows keeps its text until another text needs a code, and then takes that one', () => {
  const dictionary = new Dictionary(testMemory());
  const [a, b] = [dictionary.add('a'), dictionary.add('b')];
  dictionary.hold(a);
  dictionary.hold(a);
  dictionary.hold(b);
  dictionary.drop(a);
  expect([dictionary.hasFreeCode, dictionary.usedCount]).toEqual([false, 2]);
  dictionary.drop(a);
  expect([dictionary.codeOf('a'), dictionary.get(a), dictionary.hasFreeCode, dictionary.usedCount]).toEqual([
    a,
    'a',
    true,
    1,
  ]);
  expect(dictionary.add('c')).toBe(a);
  expect([dictionary.codeOf('a'), dictionary.codeOf('c'), dictionary.get(a), dictionary.length]).toEqual([
    -1,
    a,
    'c',
    2,
  ]);
  expect([dictionary.prefixes[a], dictionary.hashes[a]]).toEqual([textPrefix('c'), murmur3String('c', 0)]);
  dictionary.release();
});

test('a text that comes back before its code is needed has it again', () => {
  const dictionary = new Dictionary(testMemory());
  const code = dictionary.add('a');
  for (let i = 0; i < 3; i++) {
    dictionary.hold(code);
    dictionary.drop(code);
  }
  dictionary.hold(code);
  expect([dictionary.hasFreeCode, dictionary.add('b')]).toEqual([false, 1]);
  dictionary.release();
});

test('a code means to an open snapshot what it meant when it opened', () => {
  const memory = testMemory();
  const dictionary = new Dictionary(memory);
  const code = dictionary.add('a');
  dictionary.hold(code);
  const early = memory.epochs.open(1);
  dictionary.drop(code);
  const late = memory.epochs.open(1);
  expect(dictionary.add('b')).toBe(1);
  expect(dictionary.get(code)).toBe('a');
  memory.epochs.close(early);
  expect(dictionary.add('c')).toBe(code);
  memory.epochs.close(late);
  dictionary.release();
});

test('texts that follow one another for ever take no more memory than those that are held together', () => {
  const memory = testMemory();
  const dictionary = new Dictionary(memory);
  const random = randomNumbers(7);
  const held = Array.from({ length: 300 }, (_, i) => dictionary.add(`first ${i}`));
  for (const code of held) dictionary.hold(code);
  for (let i = 0; i < 50_000; i++) {
    const at = Math.floor(random() ** 3 * held.length);
    dictionary.drop(held[at]!);
    const code = dictionary.add(`text ${i} `.padEnd(20 + Math.floor(random() * 200), 'x'));
    dictionary.hold(code);
    held[at] = code;
  }
  expect([dictionary.length, dictionary.usedCount]).toEqual([300, 300]);
  expect(dictionary.bytes).toBeLessThan(400_000);
  const other = new Dictionary(memory);
  other.adopt(structuredClone(dictionary.describe(300)));
  expect(held.map((code) => other.get(code))).toEqual(held.map((code) => dictionary.get(code)));
  dictionary.release();
});

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
