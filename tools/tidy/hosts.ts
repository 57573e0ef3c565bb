import { lineAt, type Finding, type SourceFile } from './source-tree.ts';

/** Hosts by their shape, so that this rule names none itself. */
const PATTERNS: readonly RegExp[] = [
  /\bregistry\.[a-z0-9-]+\.(?:org|com|io|net|dev|cn)\b/gi,
  /https?:\/\/[^\s/'"`]*(?:registry|mirror|proxy|artifactory|nexus)[^\s/'"`]*/gi,
  /^\s*(?:@[\w-]+:)?registry\s*=/gim,
];

/** Package registries named anywhere: where packages come from is the machine's business, not the repository's. */
export function checkHosts(files: readonly SourceFile[]): Finding[] {
  return files.flatMap(({ path, text }) =>
    PATTERNS.flatMap((pattern) =>
      [...text.matchAll(pattern)].map((match) => ({
        path,
        line: lineAt(text, match.index),
        message: 'names a package registry',
      })),
    ),
  );
}
