/**
 * How often a disk was told to make its writes durable: every fsync, fdatasync and msync that had something to write ends in one such
 * flush of the device. Of all processes of the machine; Linux only.
 */
import { readFileSync, statSync } from 'node:fs';

const FIELD = 18;

/** The count of flushes of the device that holds a path, from now on; undefined where nobody counts them. */
export function watchFlushes(path: string): () => number | undefined {
  const before = flushesOf(path);
  return () => {
    const after = flushesOf(path);
    return before === undefined || after === undefined ? undefined : after - before;
  };
}

function flushesOf(path: string): number | undefined {
  try {
    const { dev } = statSync(path);
    const [major, minor] = [(dev >> 8) & 0xfff, (dev & 0xff) | ((dev >> 12) & 0xfff00)];
    const fields = readFileSync('/proc/diskstats', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find((line) => Number(line[0]) === major && Number(line[1]) === minor);
    const flushes = Number(fields?.[FIELD]);
    return Number.isNaN(flushes) ? undefined : flushes;
  } catch {
    return undefined;
  }
}
