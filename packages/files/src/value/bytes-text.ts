/** `\x` and hexadecimal digits, or base64. */
export function bytesOf(text: string): Uint8Array | undefined {
  const isHex = text.startsWith('\\x') || text.startsWith('\\X');
  if (isHex) return /^(?:[0-9a-fA-F]{2})*$/.test(text.slice(2)) ? Buffer.from(text.slice(2), 'hex') : undefined;
  return /^[A-Za-z0-9+/_-]*={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1
    ? Buffer.from(text, 'base64')
    : undefined;
}
