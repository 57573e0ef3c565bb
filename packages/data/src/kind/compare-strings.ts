/**
 * Orders strings by code point. Code units give the same order except where a surrogate (U+D800–U+DFFF, the halves of
 * U+10000 and up) meets a unit from U+E000 to U+FFFF: the pair is the larger code point and the smaller unit. Adding
 * 0x2000 to surrogates and taking 0x800 from the others, modulo 0x10000, turns the two ranges round.
 */
export function compareStrings(a: string, b: string): number {
  const shorter = a.length < b.length ? a.length : b.length;
  for (let at = 0; at < shorter; at++) {
    const unitA = a.charCodeAt(at);
    const unitB = b.charCodeAt(at);
    if (unitA !== unitB) return rankOfUnit(unitA) - rankOfUnit(unitB);
  }
  return a.length - b.length;
}

/** The unit's place where units are ordered as their code points are. */
function rankOfUnit(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
