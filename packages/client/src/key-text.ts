/** One text for equal keys alone. Values of one column are of one kind and in their one form. */
export function textOfKey(key: unknown): string {
  if (!Array.isArray(key)) return partOf(key);
  return key.map((part) => `${partOf(part).length}:${partOf(part)}`).join('');
}

function partOf(part: unknown): string {
  return part instanceof Date ? String(part.getTime()) : String(part);
}
