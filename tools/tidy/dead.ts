import { posix } from 'node:path';
import { importsOf, isTest, targetOf } from './imports.ts';
import type { Finding, SourceFile } from './source-tree.ts';

/** Sources of a package that none of its entries (exports and commands) leads to; what serves only tests is exempt. */
export function checkDead(files: readonly SourceFile[]): Finding[] {
  const known = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const visit = (path: string): void => {
    const file = known.get(path);
    if (file === undefined || reached.has(path)) return;
    reached.add(path);
    for (const found of importsOf(file)) visit(targetOf(found) ?? '');
  };
  for (const file of files) for (const entry of entriesOf(file)) visit(entry);
  return files
    .filter(({ path }) => /^packages\/[^/]+\/src\/.*\.ts$/.test(path) && !isTest(path) && !reached.has(path))
    .map(({ path }) => ({ path, message: 'no entry of its package leads here; use it, or remove it with its test' }));
}

/** The command line's door (`bin/`) computes the name of what it opens, sources or build. */
const OPENED_BY_NAME = /^packages\/[^/]+\/src\/cli\/main\.ts$/;

function entriesOf({ path, text }: SourceFile): string[] {
  if (OPENED_BY_NAME.test(path)) return [path];
  if (!/^packages\/[^/]+\/package\.json$/.test(path)) return [];
  const { exports = {}, bin = {} } = JSON.parse(text) as {
    exports?: Record<string, { source?: string }>;
    bin?: Record<string, string>;
  };
  const sources = Object.values(exports).flatMap(({ source }) => source ?? []);
  return [...sources, ...Object.values(bin)].map((entry) => posix.join(posix.dirname(path), entry));
}
