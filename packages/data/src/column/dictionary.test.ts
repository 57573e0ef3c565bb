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
