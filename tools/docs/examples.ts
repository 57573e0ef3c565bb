import { blocksOf, type Block } from './blocks.ts';
import { instrument } from './instrument.ts';
import type { Finding } from '../tidy/source-tree.ts';

/**
 * The TypeScript of a page. Its blocks, in order, are one module, in which every line has the number that it has on the
 * page, so that the compiler and the stack traces point at the page. `ts fresh` begins another module. `ts ignore-run`
 * is checked but not run, and its first line is a comment that says why.
 */
export interface Example {
  readonly page: string;
  /** The line where its first block begins. */
  readonly line: number;
  /** For the compiler: the code as it stands. */
  readonly checked: string;
  /** For Node: with the expected values compared. */
  readonly run: string;
}

const LANGUAGES = new Set(['ts', 'sh', 'text', 'json', 'sql', 'yaml', 'mermaid', 'diff']);
const MARKS = new Set(['fresh', 'ignore-run']);

/** The modules of a page. */
export function examplesOf(page: string, text: string): Example[] {
  const groups: Block[][] = [];
  for (const block of blocksOf(text)) {
    if (block.language !== 'ts') continue;
    if (groups.length === 0 || block.marks.includes('fresh')) groups.push([]);
    groups.at(-1)!.push(block);
  }
  return groups.map((blocks) => ({
    page,
    line: blocks[0]!.line,
    checked: assemble(blocks),
    run: instrument(assemble(blocks.filter(({ marks }) => !marks.includes('ignore-run')))),
  }));
}

/** What the blocks of a page say wrongly about themselves. */
export function checkBlocks(page: string, text: string): Finding[] {
  return blocksOf(text).flatMap(({ language, marks, line, lines }) => {
    const complain = (message: string): Finding => ({ path: page, line: line - 1, message });
    const strange = language === 'ts' ? marks.filter((mark) => !MARKS.has(mark)) : [];
    return [
      ...(LANGUAGES.has(language)
        ? []
        : [complain(`a block is marked ${[...LANGUAGES].join(', ')}, not '${language}'`)]),
      ...strange.map((mark) => complain(`a ts block may be marked ${[...MARKS].join(' or ')}, not '${mark}'`)),
      ...(marks.includes('ignore-run') && !lines[0]?.trim().startsWith('// ')
        ? [complain('a block that is not run begins with a comment that says why')]
        : []),
    ];
  });
}

function assemble(blocks: readonly Block[]): string {
  const lines: string[] = [];
  const known = new Set<string>();
  for (const block of blocks) {
    while (lines.length < block.line - 1) lines.push('');
    lines.push(...withoutRepeatedImports(block.lines.join('\n'), known).split('\n'));
  }
  return lines.join('\n') + '\n';
}

const NAMED_IMPORT = /^import\s+(type\s+)?\{([^}]*)\}\s+from\s+(['"][^'"]+['"]);?/gm;

/** A page may show an import again where a reader needs it; the module has it once. Keeps the number of lines. */
function withoutRepeatedImports(code: string, known: Set<string>): string {
  return code.replace(NAMED_IMPORT, (statement, type: string | undefined, names: string, from: string) => {
    const all = names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const fresh = all.filter((name) => !known.has(local(name)));
    for (const name of fresh) known.add(local(name));
    if (fresh.length === all.length) return statement;
    const rest = fresh.length === 0 ? '' : `import ${type ?? ''}{ ${fresh.join(', ')} } from ${from};`;
    return rest + '\n'.repeat(statement.split('\n').length - 1);
  });
}

function local(name: string): string {
  return name.replace(/^type\s+/, '').replace(/^.*\sas\s+/, '');
}
