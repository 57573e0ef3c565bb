/** Characters of a name at most. */
const LENGTH_MAX = 63;

/** Names for the columns of a file: letters, digits and underscores, in camel case where they were in snake case, none twice. */
export function columnNames(from: readonly string[]): string[] {
  const taken = new Set<string>();
  return from.map((text, index) => {
    const base = nameOf(text) || `column${index + 1}`;
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base.slice(0, LENGTH_MAX - 4)}${n}`;
    taken.add(name.toLowerCase());
    return name;
  });
}

/** The name of a type for a file: `flight-delays.csv` → `FlightDelays`. */
export function typeName(text: string): string {
  const name = nameOf(text.replace(/\.[^.]*$/, ''));
  return name === '' ? 'Row' : name.charAt(0).toUpperCase() + name.slice(1);
}

function nameOf(text: string): string {
  const words = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  const [first = '', ...rest] = words;
  const isShout = words.length > 0 && words.every((word) => word === word.toUpperCase()) && /[A-Z]/.test(text);
  const calm = (word: string): string => (isShout ? word.toLowerCase() : word);
  const start = calm(first);
  const name = [
    start.charAt(0).toLowerCase() + start.slice(1),
    ...rest.map((word) => word.charAt(0).toUpperCase() + calm(word).slice(1)),
  ].join('');
  const safe = /^[0-9]/.test(name) ? `c${name}` : name;
  return safe.slice(0, LENGTH_MAX);
}
