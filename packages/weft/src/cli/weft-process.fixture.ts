import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The door of the command line, as npm scripts start it. */
export const weftPath = fileURLToPath(new URL('../../bin/weft.mjs', import.meta.url));

/** A finished process. */
export interface Ended {
  /** What the process ended with: its exit code, or the signal that ended it. */
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WeftProcessOptions {
  /** The Node to run it with; this one unless said otherwise. */
  readonly node?: string;
  /** Arguments of Node itself, before the script. */
  readonly nodeArgs?: readonly string[];
  /** Shell words that come first, for example `ulimit -v 4000000`. */
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sees the process at once. */
  readonly started?: (child: ChildProcess) => void;
  /** Sees the process as soon as it runs, and all output so far whenever there is more. */
  readonly watch?: (child: ChildProcess, stdout: string) => void;
}

/** Runs `weft` with these words to its end. Colours and terminals of the caller play no part. */
export function runWeft(words: readonly string[], options: WeftProcessOptions = {}): Promise<Ended> {
  const node = options.node ?? process.execPath;
  const line = [node, '--conditions=source', ...(options.nodeArgs ?? []), weftPath, ...words];
  const child =
    options.shell === undefined
      ? start(line, options)
      : start(['bash', '-c', `${options.shell}; exec "$@"`, 'bash', ...line], options);
  options.started?.(child);
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.watch?.(child, stdout);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code: code ?? signal, stdout, stderr }));
  });
}

function start([command, ...args]: readonly string[], { env }: WeftProcessOptions): ChildProcess {
  const { NO_COLOR: _noColor, FORCE_COLOR: _forceColor, NODE_OPTIONS: _nodeOptions, ...inherited } = process.env;
  return spawn(command ?? '', args, { env: { ...inherited, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
}
