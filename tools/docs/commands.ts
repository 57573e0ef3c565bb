import { blocksOf } from './blocks.ts';
import type { Finding } from '../tidy/source-tree.ts';

/** What commands of a page may name. */
export interface CommandWorld {
  readonly scripts: ReadonlySet<string>;
  /** Whether a path from the root of the repository exists. */
  readonly exists: (path: string) => boolean;
  /** Whether an installed package offers a command. */
  readonly binary: (name: string) => boolean;
}

const NPM_BUILT_IN = new Set(['install', 'ci', 'i', 'exec', 'pack', 'publish', 'view']);

/** Commands in the `sh` blocks of a page that name a script, a file or a binary that does not exist. */
export function checkCommands(page: string, text: string, world: CommandWorld): Finding[] {
  return blocksOf(text)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, lines }) =>
      lines.flatMap((command, index) =>
        command
          .replace(/(^|\s)#.*$/, '')
          .split(/&&|\|\||[;|]/)
          .flatMap((part) => checkCommand(part.trim(), world))
          .map((message) => ({ path: page, line: line + index, message })),
      ),
    );
}

function checkCommand(command: string, world: CommandWorld): string[] {
  const words = command
    .replace(/^\$\s*/, '')
    .split(/\s+/)
    .filter((word) => !/^[A-Z_]+=/.test(word));
  const [program, ...args] = words;
  const target = args.find((word) => !word.startsWith('-'));
  if (program === 'npm') return checkNpm(args, world);
  if (program === 'npx' && target !== undefined && !world.binary(target)) return [`no package here offers '${target}'`];
  if ((program === 'node' || program === 'bash') && target !== undefined && !world.exists(target)) {
    return [`there is no file ${target}`];
  }
  return [];
}

function checkNpm(args: readonly string[], { scripts }: CommandWorld): string[] {
  const words = args.filter((word) => !word.startsWith('-'));
  const script = words[0] === 'run' ? words[1] : words[0];
  if (script === undefined) return ["'npm' needs a command"];
  if (words[0] !== 'run' && NPM_BUILT_IN.has(script)) return [];
  return scripts.has(script) ? [] : [`there is no npm script '${script}'`];
}
