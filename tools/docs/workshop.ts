import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runCommand } from '../run-command.ts';
import type { Example } from './examples.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HARNESS = pathToFileURL(fileURLToPath(new URL('harness.ts', import.meta.url))).href;
/** An example that takes longer than this hangs, in milliseconds. */
const EXAMPLE_MS_MAX = 60_000;
const TSC_MS_MAX = 120_000;

/**
 * A folder in the repository, so that `import … from 'weft'` finds it, where examples are checked and run.
 * Call `close` when done.
 */
export class Workshop {
  readonly #folder: string;

  constructor() {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    this.#folder = mkdtempSync(join(ROOT, '.cache', 'docs-'));
    mkdirSync(join(this.#folder, 'checked'));
    mkdirSync(join(this.#folder, 'run'));
  }

  /** The compiler's complaints about all examples at once, as `page:line: message`. */
  async check(examples: readonly Example[]): Promise<string[]> {
    const pages = new Map(examples.map((example, index) => [`${fileName(example, index)}.ts`, example.page]));
    for (const [index, example] of examples.entries()) {
      writeFileSync(
        join(this.#folder, 'checked', `${fileName(example, index)}.ts`),
        `${example.checked}\nexport {};\n`,
      );
    }
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const { code, output } = await runCommand(tsc, ['-p', this.#folder, '--pretty', 'false'], {
      cwd: this.#folder,
      timeoutMs: TSC_MS_MAX,
    });
    const found = complaints(output, pages);
    const broken = code !== 0 && code !== 1 && code !== 2;
    return broken ? [...found, `tsc ended with ${code}:\n${output}`] : found;
  }

  /** Runs one example in a process of its own. Empty if all is as promised, otherwise what went wrong. */
  async run(example: Example): Promise<string> {
    const path = join(this.#folder, 'run', `${fileName(example, example.line)}.ts`);
    // The first line of a page is never code: a fence comes before it.
    writeFileSync(path, `import * as __docs from '${HARNESS}';${example.run}\nexport {};\n`);
    const { code, output } = await runCommand(process.execPath, ['--conditions=source', path], {
      cwd: this.#folder,
      timeoutMs: EXAMPLE_MS_MAX,
      env: { NODE_OPTIONS: '' },
    });
    return code === 0 ? '' : `${output.replaceAll(pathToFileURL(path).href, example.page)}(exit ${code})`;
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const TSCONFIG = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    // A reader's project has these off unless they say otherwise.
    noUnusedLocals: false,
    noUnusedParameters: false,
    noUncheckedIndexedAccess: false,
    noPropertyAccessFromIndexSignature: false,
  },
  include: ['checked'],
};

function fileName({ page }: Example, index: number): string {
  return `${page.replace(/[^\w]+/g, '-')}-${index}`;
}

/** Only the examples: complaints about the packages themselves belong to `npm run check`. */
function complaints(output: string, pages: ReadonlyMap<string, string>): string[] {
  return output.split('\n').flatMap((line) => {
    const match = /^checked\/([^(]+)\((\d+),\d+\): error (.*)$/.exec(line);
    if (match === null) return [];
    return [`${pages.get(match[1]!) ?? match[1]}:${match[2]}: ${match[3]}`];
  });
}
