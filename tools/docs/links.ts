import { posix } from 'node:path';
import type { Finding, SourceFile } from '../tidy/source-tree.ts';

const LINK = /\[[^\]\n]*\]\(([^()\s]+)\)/g;
const CODE = /^(`{3,}|~{3,})[\s\S]*?^\1\s*$|`[^`\n]*`/gm;

/** Links between pages that lead to no file or no heading. `exists` takes a path from the root of the repository. */
export function checkLinks(pages: readonly SourceFile[], exists: (path: string) => boolean): Finding[] {
  const headings = new Map(pages.map(({ path, text }) => [path, anchorsOf(text)]));
  return pages.flatMap(({ path, text }) =>
    withoutCode(text)
      .split('\n')
      .flatMap((line, index) =>
        [...line.matchAll(LINK)].flatMap(([, target]) => {
          const message = checkLink(path, target!, headings, exists);
          return message === undefined ? [] : [{ path, line: index + 1, message }];
        }),
      ),
  );
}

/** The anchor of a heading, as the usual sites make it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

function checkLink(
  page: string,
  target: string,
  headings: ReadonlyMap<string, ReadonlySet<string>>,
  exists: (path: string) => boolean,
): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [name, anchor] = target.split('#') as [string, string | undefined];
  const path = name === '' ? page : posix.join(posix.dirname(page), name);
  if (!exists(path)) return `the link ${target} leads to no file`;
  if (anchor === undefined || !headings.has(path) || headings.get(path)!.has(anchor)) return undefined;
  return `the link ${target} leads to no heading`;
}

function anchorsOf(text: string): ReadonlySet<string> {
  const found = withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm);
  return new Set([...found].map((match) => anchorOf(match[1]!)));
}

function withoutCode(text: string): string {
  return text.replace(CODE, (code) => code.replace(/[^\n]/g, ' '));
}

function withoutFences(text: string): string {
  return text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1\s*$/gm, (code) => code.replace(/[^\n]/g, ' '));
}
