/** A fenced block of a page. */
export interface Block {
  /** First word after the fence. */
  readonly language: string;
  /** The other words after the fence. */
  readonly marks: readonly string[];
  /** The line of the page on which the code begins, counted from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*(.*)$/;

/** Every fenced block of a Markdown page, in order. An unclosed one ends with the page, as in CommonMark. */
export function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  const lines = page.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const fence = FENCE.exec(lines[index]!);
    if (fence === null) continue;
    const [, indent, mark, info] = fence as unknown as [string, string, string, string];
    const end = closing(lines, index + 1, mark);
    const [language = '', ...marks] = info.trim().split(/\s+/);
    const code = lines
      .slice(index + 1, end)
      .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ language, marks, line: index + 2, lines: code });
    index = end;
  }
  return blocks;
}

function closing(lines: readonly string[], from: number, mark: string): number {
  const end = lines.findIndex((line, index) => {
    const text = line.trim();
    return index >= from && text.length >= mark.length && text === mark[0]!.repeat(text.length);
  });
  return end === -1 ? lines.length : end;
}
