import { posix } from 'node:path';
import type { Finding, SourceFile } from '../tidy/source-tree.ts';

/** Pages below `docs/` that the README of their folder does not link to: nobody would find them. */
export function checkIndex(pages: readonly SourceFile[]): Finding[] {
  const texts = new Map(pages.map(({ path, text }) => [path, text]));
  return pages.flatMap(({ path }) => {
    const [folder, name] = [posix.dirname(path), posix.basename(path)];
    if (!/^docs(?:\/|$)/.test(folder) || name === 'README.md') return [];
    const index = texts.get(`${folder}/README.md`) ?? '';
    return index.includes(`](${name})`) ? [] : [{ path, message: `is not linked from ${folder}/README.md` }];
  });
}
