/** Characters of a name at most, in SQL and here: PostgreSQL's bound. */
export const NAME_LENGTH_MAX = 63;

/** Whether it can name a type or a declared column: a letter, then letters, digits and underscores. */
export function isIdentifier(name: unknown): name is string {
  return typeof name === 'string' && name.length <= NAME_LENGTH_MAX && /^[A-Za-z][A-Za-z0-9_]*$/.test(name);
}

/** Whether it can be a name in SQL without quotes: a lower-case letter, then lower-case letters, digits, underscores. */
export function isSqlIdentifier(name: unknown): name is string {
  return typeof name === 'string' && name.length <= NAME_LENGTH_MAX && /^[a-z][a-z0-9_]*$/.test(name);
}

/** `orderLine` → `order_line`, `HTTPServer` → `http_server`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}

/** The candidate that is most like `name`, or undefined where none is close (more than a third of it differs). */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  // No slip of the finger, and as long as whoever wrote it liked.
  if (name.length > 2 * NAME_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Edits that lead from one text to the other, a swap of neighbours counting as one (optimal string alignment). */
function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const current = [i];
    for (let j = 1; j <= to.length; j++) {
      const cost = from[i - 1] === to[j - 1] ? 0 : 1;
      let least = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + cost);
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      if (swapped) least = Math.min(least, beforePrevious[j - 2]! + 1);
      current.push(least);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[to.length]!;
}
