import { posix } from 'node:path';
import { mask } from './mask.ts';
import { lineAt, type SourceFile } from './source-tree.ts';

/** One import or re-export as written in a file. */
export interface Import {
  readonly path: string;
  readonly line: number;
  /** What is between the quotes. */
  readonly specifier: string;
}

const FROM = /(?<![.\w$])(?:import|export)\b[^'"`;()=]*?\bfrom\s*(['"])([^'"\n]+)\1/g;
const BARE = /(?<![.\w$])import\s*(['"])([^'"\n]+)\1/g;
const DYNAMIC = /(?<![.\w$])(?:import|import\.meta\.resolve|require|require\.resolve)\s*\(\s*(['"])([^'"\n]+)\1/g;

const BESIDE = /\bnew\s+URL\s*\(\s*(['"])(\.[^'"\n]+)\1\s*,\s*import\.meta\.url/g;

/** Every import of a file: static, type-only, re-exported, dynamic or resolved or a URL beside it. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const code = mask(text, { strings: false });
  // Import words inside strings (fixtures in tests) are no imports: the keyword must survive with strings blanked.
  const bare = mask(text, { strings: true });
  return [FROM, BARE, DYNAMIC, BESIDE].flatMap((pattern) =>
    [...code.matchAll(pattern)]
      .filter((match) => bare.startsWith(match[0].slice(0, 6), match.index))
      .map((match) => ({ path, line: lineAt(text, match.index), specifier: match[2]! })),
  );
}

/** The path of the file that a relative import names, or undefined for a package. */
export function targetOf({ path, specifier }: Import): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined;
}

/** The name of the package that an import names, without a path inside it; undefined for relative and node: imports. */
export function packageOf({ specifier }: Import): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || specifier.startsWith('#')) return undefined;
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** Whether a file is a test or serves only tests (`x.fixture.ts`, `testing/`), which may do what sources may not. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.ts$/.test(path) || path.includes('/testing/') || path.startsWith('test/');
}
