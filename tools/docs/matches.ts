/** Whether a text is as promised: `…` stands for any text, and runs of white space count as one blank. */
export function matches(expected: string, actual: string): boolean {
  const pattern = plain(expected)
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(plain(actual));
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
