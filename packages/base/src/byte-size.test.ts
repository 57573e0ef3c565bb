import { expect, test } from 'vitest';

import { byteSize, parseByteSize } from './byte-size.ts';

test('every unit is read in bytes', () => {
  expect(['7B', '2kB', '2KB', '512MB', '1GB', '1TB', 4096].map(byteSize)).toEqual([
    7, 2_000, 2_000, 512_000_000, 1_000_000_000, 1_000_000_000_000, 4096,
  ]);
  expect(['1KiB', '64MiB', '1.5GiB', '1TiB', '0.5B'].map(byteSize)).toEqual([
    1024,
    64 * 1024 ** 2,
    1.5 * 1024 ** 3,
    1024 ** 4,
    0,
  ]);
});

test.each(['', '5', '5 MB', '-5MB', '+5MB', '1e3MB', '5mb', '5M', '5kiB', 'MB', '.5GB', '5.GB', 'InfinityB', '5MB5MB'])(
  'the text %j is malformed',
  (text) => {
    expect(byteSize(text)).toBeUndefined();
  },
);

test.each([Number.NaN, -1, Infinity, 2 ** 53, 5n, null, undefined, {}, '9007199255TB'])('%s is refused', (value) => {
  expect(byteSize(value)).toBeUndefined();
});

test('a malformed option is refused by name and shown, and so is too little', () => {
  expect(() => parseByteSize('5 MB', 'memory')).toThrow(/^memory: "5 MB" is no amount of memory; write '512MB'/);
  expect(() => parseByteSize({}, 'memory')).toThrow(/^memory: object is no amount/);
  expect(() => parseByteSize(null, 'memory')).toThrow(/^memory: null is no amount/);
  expect(() => parseByteSize('1MB', 'memory', 32 << 20)).toThrow(
    /^memory: "1MB" is too little; 33\.6 MB \(32 MiB\) is the least\.$/,
  );
  expect(() => parseByteSize('1MiB', 'memory', 32 << 20)).toThrow('"1MiB" is too little; 32 MiB is the least.');
  expect(() => parseByteSize(5, 'memory', 32 << 20)).toThrow('5 is too little; 33554432 (32 MiB) is the least.');
  expect(() => parseByteSize('5 MB', 'memory')).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
  expect(parseByteSize('32MiB', 'memory', 32 << 20)).toBe(32 << 20);
});
