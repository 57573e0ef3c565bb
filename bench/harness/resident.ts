import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { collectGarbage } from './collect.ts';

/** Collections until what can go is gone: the first ones free what finalizers hold. */
const COLLECTIONS = 4;
const PAUSE_MS = 50;

/** Resident bytes of a process: from /proc, or by `ps` where there is none. */
export function residentBytesOf(pid: number): number {
  if (process.platform !== 'linux')
    return 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return 1024 * Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
}

/** Resident bytes of this process once its garbage is collected. */
export async function residentBytesAtRest(): Promise<number> {
  for (let i = 0; i < COLLECTIONS; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return residentBytesOf(process.pid);
}
