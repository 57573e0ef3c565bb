/** Test help: a memory cgroup of our own, where the kernel lets us make one. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where version 1 and version 2 are mounted, and what their files are called. */
const versions = [
  {
    point: '/sys/fs/cgroup/memory',
    limit: 'memory.limit_in_bytes',
    swap: { file: 'memory.memsw.limit_in_bytes', value: (bytes: number) => String(bytes) },
    peak: 'memory.max_usage_in_bytes',
    events: 'memory.oom_control',
  },
  {
    point: '/sys/fs/cgroup',
    limit: 'memory.max',
    swap: { file: 'memory.swap.max', value: () => '0' },
    peak: 'memory.peak',
    events: 'memory.events',
  },
] as const;

export interface MemoryGroup extends Disposable {
  /** Runs a command inside the group. */
  run(command: string, args: readonly string[], timeoutMs: number): SpawnSyncReturns<string>;
  /** Processes that the kernel has killed for the group's memory. */
  killed(): number;
  /** Bytes that the group had at its most, 0 where the kernel does not say. */
  peakBytes(): number;
}

/** A group with a memory limit and no swap, or why there can be none. */
export function createMemoryGroup(bytes: number): MemoryGroup | string {
  if (process.getuid?.() !== 0) return 'not root, so no cgroup can be made';
  const version = versions.find(({ point }) => existsSync(join(point, 'cgroup.procs')));
  if (version === undefined) return 'no cgroup hierarchy with memory is mounted under /sys/fs/cgroup';
  const group = join(version.point, `weft-test-${process.pid}`);
  try {
    mkdirSync(group);
  } catch (error) {
    return `cgroups cannot be written: ${(error as Error).message}`;
  }
  const remove = (): void => rmdirSync(group);
  try {
    writeFileSync(join(group, version.limit), String(bytes));
    if (existsSync(join(group, version.swap.file)))
      writeFileSync(join(group, version.swap.file), version.swap.value(bytes));
  } catch (error) {
    remove();
    return `the cgroup takes no memory limit: ${(error as Error).message}`;
  }
  const read = (file: string): string => (existsSync(join(group, file)) ? readFileSync(join(group, file), 'utf8') : '');
  return {
    run: (command, args, timeoutMs) =>
      spawnSync('sh', ['-c', `echo $$ > ${join(group, 'cgroup.procs')} && exec "$0" "$@"`, command, ...args], {
        encoding: 'utf8',
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
      }),
    killed: () => Number(/^oom_kill (\d+)/m.exec(read(version.events))?.[1] ?? 0),
    peakBytes: () => Number(read(version.peak)) || 0,
    [Symbol.dispose]: remove,
  };
}
