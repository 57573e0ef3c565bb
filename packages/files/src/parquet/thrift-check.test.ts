import { expect, test } from 'vitest';
import { checkThrift } from './thrift-check.ts';

function check(...bytes: number[]): void {
  checkThrift(new DataView(new Uint8Array(bytes).buffer), 0);
}

const I32_FIELD = [0x15, 0x02];
const TEXT_FIELD = [0x18, 3, 65, 66, 67];
const LIST_OF_TWO = [0x19, 0x25, 2, 4];
const BOOLS = [0x11, 0x12, 0x19, 0x31, 1, 2, 1];
const STRUCT_FIELD = [0x1c, ...I32_FIELD, 0];
const FAR_FIELD = [0x05, 0x80, 0x01, 0x7f];

test('a structure of every kind of value passes', () => {
  check(
    ...I32_FIELD,
    ...TEXT_FIELD,
    ...LIST_OF_TWO,
    ...BOOLS,
    ...STRUCT_FIELD,
    ...FAR_FIELD,
    0x17,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    0,
  );
});

test.each([
  [
    'a list of more entries than bytes',
    [0x19, 0xf5, 0xff, 0xff, 0xff, 0x0f, 0, 0],
    'claims 33554431 entries in 2 bytes',
  ],
  ['a text that is too long', [0x18, 9, 65, 0], 'beyond its end'],
  ['no end', [...I32_FIELD], 'beyond its end'],
  ['a number without end', [0x15, ...Array.from({ length: 11 }, () => 0x80), 0], 'more than 64 bits'],
  ['an unknown type', [0x1d, 0], 'unknown type'],
  ['lists in lists', Array.from({ length: 40 }, () => 0x19), 'too deep'],
  ['structures in structures', Array.from({ length: 40 }, () => 0x1c), 'too deep'],
])('%s is refused', (_, bytes, message) => {
  expect(() => check(...bytes)).toThrow(message);
});
