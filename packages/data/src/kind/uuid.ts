const HEX = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Bytes of a uuid cell. */
export const UUID_BYTES = 16;

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Whether it is the hyphenated form of 32 hexadecimal digits, in either case, of any version. */
export function isUuid(text: string): boolean {
  return text.length === 36 && HEX.test(text);
}

/** Writes the 16 bytes of a checked uuid in text order. */
export function writeUuid(target: Uint8Array, offset: number, text: string): void {
  let at = 0;
  for (let index = 0; index < UUID_BYTES; index++) {
    if (at === 8 || at === 13 || at === 18 || at === 23) at++;
    target[offset + index] = (hexDigit(text.charCodeAt(at)) << 4) | hexDigit(text.charCodeAt(at + 1));
    at += 2;
  }
}

/** The lower-case text of the 16 bytes at `offset`. */
export function readUuid(source: Uint8Array, offset: number): string {
  const b = hexOfByte;
  const o = offset;
  return (
    b[source[o]] +
    b[source[o + 1]] +
    b[source[o + 2]] +
    b[source[o + 3]] +
    '-' +
    b[source[o + 4]] +
    b[source[o + 5]] +
    '-' +
    b[source[o + 6]] +
    b[source[o + 7]] +
    '-' +
    b[source[o + 8]] +
    b[source[o + 9]] +
    '-' +
    b[source[o + 10]] +
    b[source[o + 11]] +
    b[source[o + 12]] +
    b[source[o + 13]] +
    b[source[o + 14]] +
    b[source[o + 15]]
  );
}

/** The low four bits of '0'–'9' are the digit; those of 'a'–'f' and 'A'–'F', the only codes from 64, lack 9. */
function hexDigit(code: number): number {
  return (code & 15) + (code >>> 6) * 9;
}
