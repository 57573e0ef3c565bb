/** Test help: `weft start` as a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { runWeft, type Ended, type WeftProcessOptions } from '../cli/weft-process.fixture.ts';

export interface Started {
  /** What it printed when it was ready. */
  readonly url: string;
  readonly launcher: ChildProcess;
  /** Resolves once it is over. */
  readonly ended: Promise<Ended>;
  /** The process that holds the rows now. */
  member(): number;
  /** Waits for an event. */
  said(words: string | RegExp): Promise<void>;
  /** An answer of the health thread. */
  health(path: string): Promise<{ readonly status: number; readonly body: HealthBody }>;
}

export interface HealthBody {
  readonly live?: boolean;
  readonly ready?: boolean;
  readonly reasons?: readonly string[];
  readonly hosts?: readonly { readonly state: string; readonly connections: number }[];
}

export type StartedOptions = Pick<WeftProcessOptions, 'nodeArgs' | 'env'>;

/** Starts it on ports that are free; resolves once it is ready. */
export function started(words: readonly string[], options: StartedOptions = {}): Promise<Started> {
  return new Promise((resolve, reject) => {
    let stderr = '';
    const waiting = new Set<() => void>();
    const ended = runWeft(['start', '--port', '0', '--health-port', '0', ...words], {
      ...options,
      started(child) {
        child.stderr?.on('data', (text: string) => {
          stderr += text;
          for (const look of waiting) look();
        });
      },
      watch(child, stdout) {
        if (!stdout.endsWith('\n')) return;
        resolve({
          url: stdout.trimEnd(),
          launcher: child,
          ended,
          member: () => childOf(child.pid!),
          said,
          health: (path) => healthOf(stderr, path),
        });
      },
    });
    void ended.then(({ code, stderr: text }) =>
      reject(new Error(`it ended with ${code} before it was ready: ${text}`)),
    );
    const said = (what: string | RegExp): Promise<void> =>
      new Promise((heard) => {
        const look = (): void => {
          if (typeof what === 'string' ? !stderr.includes(what) : !what.test(stderr)) return;
          waiting.delete(look);
          heard();
        };
        waiting.add(look);
        look();
      });
  });
}

function healthOf(stderr: string, path: string): Promise<{ status: number; body: HealthBody }> {
  return healthAt(/http:\/\/[^/]+/.exec(stderr)![0], path);
}

/** What the health thread answers at an address such as `http://127.0.0.1:8089`. */
export async function healthAt(base: string, path: string): Promise<{ status: number; body: HealthBody }> {
  const response = await fetch(base + path);
  return { status: response.status, body: (await response.json()) as HealthBody };
}

/** The one child of a process, from /proc. */
export function childOf(parent: number): number {
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name) && parentOf(Number(name)) === parent) return Number(name);
  throw new Error(`process ${parent} has no child`);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}
