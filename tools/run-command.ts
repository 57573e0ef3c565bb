import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  /** The exit code; 124 where the time was up, as with timeout(1), and 127 where it could not be started. */
  readonly code: number;
  /** Both streams in the order in which they came. */
  readonly output: string;
  readonly ms: number;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command to its end without a terminal or input; never rejects. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const start = performance.now();
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, ...options.env };
  const child = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, options.timeoutMs);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve) => {
    const end = (code: number): void => {
      clearTimeout(timer);
      resolve({ code, output, ms: performance.now() - start });
    };
    child.on('error', (error) => {
      output += error.message;
      end(127);
    });
    child.on('close', (code) => {
      if (late) output += `\nno end after ${options.timeoutMs / 1000} s\n`;
      end(late ? 124 : (code ?? 1));
    });
  });
}
