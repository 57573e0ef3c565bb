import { isTest } from './imports.ts';
import { mask } from './mask.ts';
import { lineAt, type Finding, type SourceFile } from './source-tree.ts';

const PURE = /^packages\/(?:base|data|log|store|client)\/src\//;

/** What a pure package must not touch, and what it takes instead. */
const BANNED: readonly { readonly pattern: RegExp; readonly name: string; readonly instead: string }[] = [
  { pattern: /\bDate\s*\.\s*now\b/g, name: 'Date.now', instead: 'a Clock' },
  { pattern: /\bnew\s+Date\s*(?:\(\s*\)|(?=[;,)\]}]))/g, name: 'new Date() without argument', instead: 'a Clock' },
  { pattern: /(?<!\bnew\s+)(?<![.\w$])Date\s*\(/g, name: 'Date()', instead: 'a Clock' },
  { pattern: /\bMath\s*\.\s*random\b/g, name: 'Math.random', instead: 'a Random' },
  { pattern: /(?<![.\w$])crypto\s*\./g, name: 'crypto', instead: 'a Random' },
  { pattern: /(?<![.\w$])performance\s*\./g, name: 'performance', instead: 'a Clock' },
  { pattern: /(?<![.\w$])process\s*\./g, name: 'process', instead: 'an argument' },
  {
    pattern: /(?<![.\w$])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g,
    name: 'a timer',
    instead: 'Turns',
  },
  { pattern: /(?<![.\w$])fetch\s*\(/g, name: 'fetch', instead: 'a seam' },
  // TypeScript declares WebAssembly only for browsers, so the one place that takes it from here is allowed.
  { pattern: /(?<![.\w$])globalThis\b(?![^\n]*\.WebAssembly\b)/g, name: 'globalThis', instead: 'an argument' },
];
const NODE_IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*)['"]node:[^'"]*['"]/g;

/** Clocks, randomness, environment and I/O in packages that must do without. Tests may. */
export function checkPurity(files: readonly SourceFile[]): Finding[] {
  return files.filter(({ path }) => PURE.test(path) && !isTest(path)).flatMap(checkFile);
}

function checkFile({ path, text }: SourceFile): Finding[] {
  const code = mask(text, { strings: true });
  const imports = mask(text, { strings: false });
  const at = (match: RegExpExecArray, message: string): Finding => ({ path, line: lineAt(text, match.index), message });
  return [
    ...BANNED.flatMap(({ pattern, name, instead }) =>
      [...code.matchAll(pattern)].map((match) => at(match, `pure package uses ${name}; take ${instead} instead`)),
    ),
    ...[...imports.matchAll(NODE_IMPORT)].map((match) => at(match, 'pure package imports a Node module')),
  ];
}
