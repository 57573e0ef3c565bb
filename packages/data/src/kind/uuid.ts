/** Bytes of a uuid cell. */
export const UUID_BYTES = 16;

const TEXT_LENGTH = 36;
const DASH = 45;

/**
 * The lower-case form of 32 hexadecimal digits hyphenated as 8-4-4-4-12, of any version and in either case, or
 * `undefined` where the text is of another form.
 */
export function normalUuid(text: string): string | undefined {
  if (text.length !== TEXT_LENGTH) return undefined;
  let weight = 0;
  let units = 0;
  for (let at = 0; at < TEXT_LENGTH; at++) {
    const unit = text.charCodeAt(at);
    weight += WEIGHT[unit & 0x7f];
    units |= unit;
  }
  if (units > 0x7f || !isHyphenated(text)) return undefined;
  if (weight === 4) return text;
  return weight < OTHER && weight % UPPER === 4 ? text.toLowerCase() : undefined;
}

function isHyphenated(text: string): boolean {
  return isDash(text, 8) && isDash(text, 13) && isDash(text, 18) && isDash(text, 23);
}

function isDash(text: string, at: number): boolean {
  return text.charCodeAt(at) === DASH;
}

/** Writes the 16 bytes of a checked uuid in text order. */
export function writeUuid(target: Uint8Array, offset: number, text: string): void {
  let at = 0;
  for (let index = 0; index < UUID_BYTES; index++) {
    if (at === 8 || at === 13 || at === 18 || at === 23) at++;
    target[offset + index] = (hexValue(text.charCodeAt(at)) << 4) | hexValue(text.charCodeAt(at + 1));
    at += 2;
  }
}

/** The lower-case text of the 16 bytes at `offset`: one call, one allocation. */
// prettier-ignore
export function readUuid(source: Uint8Array, offset: number): string {
  const a = source[offset], b = source[offset + 1], c = source[offset + 2], d = source[offset + 3];
  const e = source[offset + 4], f = source[offset + 5], g = source[offset + 6], h = source[offset + 7];
  const i = source[offset + 8], j = source[offset + 9], k = source[offset + 10], l = source[offset + 11];
  const m = source[offset + 12], n = source[offset + 13], o = source[offset + 14], p = source[offset + 15];
  return String.fromCharCode(
    HIGH[a], LOW[a], HIGH[b], LOW[b], HIGH[c], LOW[c], HIGH[d], LOW[d], DASH,
    HIGH[e], LOW[e], HIGH[f], LOW[f], DASH, HIGH[g], LOW[g], HIGH[h], LOW[h], DASH,
    HIGH[i], LOW[i], HIGH[j], LOW[j], DASH, HIGH[k], LOW[k], HIGH[l], LOW[l],
    HIGH[m], LOW[m], HIGH[n], LOW[n], HIGH[o], LOW[o], HIGH[p], LOW[p],
  );
}

const UPPER = 64;
const OTHER = 4096;
/** ASCII by what it is in a uuid, so that a sum counts each: digits and 'a'–'f' 0, hyphens 1, 'A'–'F' UPPER, else OTHER. */
const WEIGHT = Uint16Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/[0-9a-f]/.test(character)) return 0;
  if (character === '-') return 1;
  return /[A-F]/.test(character) ? UPPER : OTHER;
});

/** The character codes of a byte's two hexadecimal digits. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => (byte >>> 4).toString(16).charCodeAt(0));
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 15).toString(16).charCodeAt(0));

/** The low four bits of '0'–'9' are the digit; those of 'a'–'f' and 'A'–'F', the only codes from 64, lack 9. */
function hexValue(code: number): number {
  return (code & 15) + (code >>> 6) * 9;
}
