import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file of the repository: its path from the root with forward slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One breach of a rule, where it is, and what to do about it. */
export interface Finding {
  readonly path: string;
  /** Counted from 1; absent where the whole file is meant. */
  readonly line?: number;
  readonly message: string;
}

const FOLDERS_SKIPPED = new Set(['node_modules', 'dist', '.git', '.cache', 'coverage']);
const TEXT_FILE =
  /(?:\.(?:ts|mts|mjs|js|json|md|txt|yml|yaml|sh)|\/(?:run|\.npmrc|\.gitignore|\.gitattributes|\.editorconfig|LICENSE|NOTICE))$/;
/** Files longer than this are data, in bytes. */
const TEXT_BYTES_MAX = 4 << 20;

/** Every text file that belongs to the repository, sorted by path. */
export function readSourceTree(root: string): SourceFile[] {
  return listFiles(root)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter((path) => TEXT_FILE.test(`/${path}`))
    .toSorted()
    .flatMap((path) => {
      // Others may remove a file between the listing and the reading.
      const text = readText(join(root, path));
      return text === undefined || text.length > TEXT_BYTES_MAX ? [] : [{ path, text }];
    });
}

/** A finding as a line that an editor can follow. */
export function formatFinding({ path, line, message }: Finding): string {
  return line === undefined ? `${path}: ${message}` : `${path}:${line}: ${message}`;
}

/** The line, counted from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < position; index = text.indexOf('\n', index + 1)) line++;
  return line;
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return FOLDERS_SKIPPED.has(entry.name) ? [] : listFiles(path);
    return entry.isFile() ? [path] : [];
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
