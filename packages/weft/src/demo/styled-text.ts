/** A piece of a line in one style. Every character is one column wide; the screen uses no others. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export type Style = 'strong' | 'faint' | 'good' | 'warn' | 'bad';
export type Line = readonly Span[];

const ESC = '\u001b[';
const codes: Readonly<Record<Style, string>> = { strong: '1', faint: '2', good: '32', warn: '33', bad: '31' };

/** A line as terminal text, cut to `columns`, coloured only if asked. */
export function renderLine(line: Line, columns: number, color: boolean): string {
  let text = '';
  let left = columns;
  for (const span of line) {
    const part = span.text.slice(0, left);
    left -= part.length;
    text += color && span.style !== undefined && part !== '' ? `${ESC}${codes[span.style]}m${part}${ESC}0m` : part;
  }
  return text.trimEnd();
}

function lineLength(line: Line): number {
  return line.reduce((length, { text }) => length + text.length, 0);
}

/** Two blocks side by side; the right one begins at `column`. */
export function beside(left: readonly Line[], right: readonly Line[], column: number): readonly Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const first = left[index] ?? [];
    return [...first, { text: ' '.repeat(Math.max(0, column - lineLength(first))) }, ...(right[index] ?? [])];
  });
}
