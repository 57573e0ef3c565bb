import { readFileSync } from 'node:fs';
import { residentBytesOf } from './resident.ts';

/** Resident bytes of a process and of those that it has started; elsewhere than on Linux of itself alone. */
export function residentBytesOfTree(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + residentBytesOfTree(child), residentBytesOf(pid));
}

function childrenOf(pid: number): number[] {
  if (process.platform !== 'linux') return [];
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
