/** Below this length a loop is quicker than a native call. */
const LOOP_MAX = 64;

/** Bytes of the string as UTF-8; a lone surrogate counts three, as the replacement character that it becomes. */
export function utf8Length(text: string): number {
  return text.length > LOOP_MAX ? Buffer.byteLength(text, 'utf8') : countBytes(text);
}

function countBytes(text: string): number {
  const { length } = text;
  let bytes = length;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 ? 1 : 2;
    // A pair takes four bytes: two more than its two units.
    if (isLead(unit) && at + 1 < length && isTrail(text.charCodeAt(at + 1))) at++;
  }
  return bytes;
}

function isLead(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}

function isTrail(unit: number): boolean {
  return (unit & 0xfc00) === 0xdc00;
}
