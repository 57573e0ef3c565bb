import { isTest } from './imports.ts';
import { mask } from './mask.ts';
import { lineAt, type Finding, type SourceFile } from './source-tree.ts';

const SOURCE = /^packages\/[^/]+\/src\/.*\.ts$/;
const CONSOLE_ALLOWED = /^packages\/weft\/src\/(?:cli|demo)\//;
const MARKS = /\b(?:TODO|FIXME|XXX|HACK)\b/g;
const STAR = /(?<![.\w$])export\s*\*/g;

/** Debug calls, reminders and `export *`, which hides what a package offers. */
export function checkLeftovers(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) => [...(SOURCE.test(file.path) ? checkSource(file) : []), ...checkStars(file)]);
}

function checkSource({ path, text }: SourceFile): Finding[] {
  const code = mask(text, { strings: true });
  const find = (where: string, pattern: RegExp, message: string): Finding[] =>
    [...where.matchAll(pattern)].map((match) => ({ path, line: lineAt(text, match.index), message }));
  return [
    ...find(code, /(?<![.\w$])debugger\b/g, 'leftover debugger statement'),
    ...(isTest(path) || CONSOLE_ALLOWED.test(path)
      ? []
      : find(code, /(?<![.\w$])console\s*\./g, 'leftover console call')),
    ...find(text, MARKS, 'leftover reminder: do it, or open an issue'),
  ];
}

function checkStars({ path, text }: SourceFile): Finding[] {
  if (!path.endsWith('.ts')) return [];
  const code = mask(text, { strings: true });
  return [...code.matchAll(STAR)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    message: 'export * hides what is exported; list the names',
  }));
}
