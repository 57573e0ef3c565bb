import { isTest } from './imports.ts';
import { mask } from './mask.ts';
import type { Finding, SourceFile } from './source-tree.ts';

/** Error codes that no test outside `tools/` names in code: an error is only real once a test has provoked it. */
export function checkProvoked(files: readonly SourceFile[], codes: readonly string[]): Finding[] {
  const tests = files
    .filter(({ path }) => isTest(path) && path.endsWith('.ts') && !path.startsWith('tools/'))
    .map(({ text }) => mask(text, { strings: false }));
  return codes
    .filter((code) => !tests.some((text) => new RegExp(`['"]${code}['"]`).test(text)))
    .map((code) => ({
      path: 'packages/base/src/errors/registry.ts',
      message: `no test provokes ${code}`,
    }));
}
