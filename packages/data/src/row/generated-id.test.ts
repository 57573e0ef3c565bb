import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GENERATED_ID_LENGTH, generateId, slotOfId } from './generated-id.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });

test('every slot is found again in the id made for it', () => {
  fc.assert(
    fc.property(fc.nat(4095), fc.integer({ min: 0, max: 2 ** 43 }), word, (slot, wallMs, bits) => {
      const id = generateId({ slot, wallMs, random: { uint32: () => bits } });
      expect([id.length, slotOfId(id)]).toEqual([GENERATED_ID_LENGTH, slot]);
      expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]+$/);
    }),
  );
});

test('ids of one slot sort by the millisecond they were made in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 43 }),
      fc.integer({ min: 1, max: 2 ** 40 }),
      word,
      word,
      (wallMs, later, a, b) => {
        const [first, second] = [
          generateId({ slot: 9, wallMs, random: { uint32: () => a } }),
          generateId({ slot: 9, wallMs: wallMs + later, random: { uint32: () => b } }),
        ];
        expect(first < second).toBe(true);
      },
    ),
  );
});

test('all 35 random bits are in the id', () => {
  const words = [0, 0, 0, 1, 1, 0, 0xffff_ffff, 7];
  const ids = [0, 1, 2, 3].map((i) => {
    let at = 2 * i;
    return generateId({ slot: 0, wallMs: 0, random: { uint32: () => words[at++] } });
  });
  expect(ids.map((id) => id.slice(13))).toEqual(['0000000', '0000001', '0000008', 'ZZZZZZZ']);
});

test('a fraction of a millisecond is cut off', () => {
  const random = { uint32: () => 0 };
  expect(generateId({ slot: 0, wallMs: 5.9, random })).toBe(generateId({ slot: 0, wallMs: 5, random }));
});

test('text of another length, with another character, or with a slot that does not exist, is no generated id', () => {
  const id = generateId({ slot: 4095, wallMs: 1, random: { uint32: () => 1 } });
  for (const other of [
    '',
    id.slice(1),
    `${id}0`,
    `I${id.slice(1)}`,
    `é${id.slice(1)}`,
    id.toLowerCase(),
    `ZZZ${id.slice(3)}`,
  ])
    expect(slotOfId(other)).toBe(-1);
});
