import type { Random } from '@weft/base';

/**
 * Generated ids: 20 characters of Crockford's base 32, `sss tttttttttt rrrrrrr`: the slot of the routing value, milliseconds
 * since 1970, and random bits. The slot comes first so that the id alone tells where the row is; the time makes ids of one
 * slot sort by age.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SLOT_LENGTH = 3;
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 7;
export const GENERATED_ID_LENGTH = SLOT_LENGTH + TIME_LENGTH + RANDOM_LENGTH;

/** Digit by character code, -1 where the character is none. */
const digits = new Int8Array(128).fill(-1);
for (let i = 0; i < ALPHABET.length; i++) digits[ALPHABET.charCodeAt(i)] = i;

export function generateId({ slot, wallMs, random }: { slot: number; wallMs: number; random: Random }): string {
  return (
    encode(slot, SLOT_LENGTH) +
    encode(Math.floor(wallMs), TIME_LENGTH) +
    encode(random.uint32() * 8 + (random.uint32() & 7), RANDOM_LENGTH)
  );
}

/** The slot in a generated id, -1 where the text is none. */
export function slotOfId(id: string): number {
  if (id.length !== GENERATED_ID_LENGTH) return -1;
  let slot = 0;
  for (let i = 0; i < GENERATED_ID_LENGTH; i++) {
    const code = id.charCodeAt(i);
    const digit = code < 128 ? digits[code] : -1;
    if (digit < 0) return -1;
    if (i < SLOT_LENGTH) slot = slot * 32 + digit;
  }
  return slot < 4096 ? slot : -1;
}

function encode(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = ALPHABET.charAt(rest % 32) + text;
  return text;
}
