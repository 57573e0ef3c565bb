import type { Finding, SourceFile } from './source-tree.ts';

const NAME = /^docs\/decisions\/(\d{4})-[a-z0-9-]+\.md$/;
const SECTIONS = ['## Situation', '## Decision', '## Consequences'];

/** Decision records: `NNNN-words.md`, numbered from 0001 without gaps, each with a title and the three sections. */
export function checkDecisions(files: readonly SourceFile[]): Finding[] {
  const records = files.filter(({ path }) => path.startsWith('docs/decisions/') && !path.endsWith('/README.md'));
  return records.flatMap((record, index) => checkRecord(record, String(index + 1).padStart(4, '0')));
}

function checkRecord({ path, text }: SourceFile, number: string): Finding[] {
  const name = NAME.exec(path);
  if (name === null) return [{ path, message: 'must be called NNNN-some-words.md' }];
  const missing = SECTIONS.filter((section) => !text.includes(`\n${section}\n`));
  return [
    ...(name[1] === number ? [] : [{ path, message: `must have number ${number}: numbers run without gaps` }]),
    ...(text.startsWith(`# ${name[1]}: `) ? [] : [{ path, line: 1, message: `must begin with '# ${name[1]}: '` }]),
    ...missing.map((section) => ({ path, message: `lacks the section '${section}'` })),
  ];
}
