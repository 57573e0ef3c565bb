/** What the compiler says about a project, as data. */
import { execFile } from 'node:child_process';
import { compilerPath, repositoryRoot } from './compiler.ts';

/** One error of the compiler. */
export interface Diagnostic {
  /** Relative to the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Code and text, the first line of it. */
  readonly message: string;
}

/** Runs the compiler over a project and returns the errors in files whose path begins with `folder`. */
export async function diagnose(project: string, folder: string): Promise<Diagnostic[]> {
  const output = await run(await compilerPath(), ['--noEmit', '--pretty', 'false', '-p', project]);
  const diagnostics: Diagnostic[] = [];
  for (const text of output.split('\n')) {
    const match = /^([^\s(]+)\((\d+),\d+\): error (.*)$/.exec(text);
    if (match === null) continue;
    const [, file, line, message] = match as unknown as [string, string, string, string];
    if (file.startsWith(folder)) diagnostics.push({ file, line: Number(line), message });
  }
  if (diagnostics.length === 0 && output !== '' && !/error TS/.test(output)) throw new Error(output);
  return diagnostics;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // The compiler's exit code says only whether there were errors; that it ran at all is what counts here.
    execFile(command, args, { cwd: repositoryRoot, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve(stdout + stderr);
    });
  });
}
