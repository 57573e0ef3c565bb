import { execFileSync } from 'node:child_process';
import os from 'node:os';

/** What a figure was measured on. */
export type Machine = {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  readonly date: string;
  /** The commit measured; `+` after it where the tree had changes. */
  readonly commit: string;
  /** 1, 5 and 15 minutes, before the suite began. */
  readonly loadAverage: readonly number[];
};

/** Call before the work starts: the load average is part of it. */
export function describeMachine(directory: string): Machine {
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memoryGiB: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    date: new Date().toISOString(),
    commit: describeCommit(directory),
    loadAverage: os.loadavg().map((load) => Math.round(load * 100) / 100),
  };
}

function describeCommit(directory: string): string {
  try {
    const commit = git(directory, 'rev-parse', '--short=12', 'HEAD');
    return git(directory, 'status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+`;
  } catch {
    // A copy of the sources without git is no reason not to measure.
    return 'unknown';
  }
}

function git(directory: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
