import type { Finding, SourceFile } from './source-tree.ts';

/** Lines beyond which a file is listed for a look. */
export const LINES_LONG = 400;
/** Lines beyond which a file must be split. */
export const LINES_MAX = 700;

/** Source files that hold more than one noun, most likely. `from` is one of the two bounds above. */
export function checkLength(files: readonly SourceFile[], from: number): Finding[] {
  return files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap(({ path, text }) => {
      const lines = text.split('\n').length - 1;
      return lines > from ? [{ path, message: `has ${lines} lines, more than ${from}; split it by noun` }] : [];
    });
}
