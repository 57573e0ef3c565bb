/**
 * The memory limit that the kernel holds this process to by control groups, version 1 or 2, in bytes.
 *
 * A group's limit binds all groups below it, so the least of the process's own group and its ancestors counts. Where a group is
 * found: `/proc/self/cgroup` names the group of each hierarchy, as seen from the root of the cgroup namespace;
 * `/proc/self/mountinfo` says where a hierarchy is mounted, and which of its groups is mounted there. See cgroups(7),
 * kernel documentation `admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`.
 */
export function cgroupMemoryBytes(read: ReadText): number | undefined {
  const groups = read('/proc/self/cgroup');
  const mounts = read('/proc/self/mountinfo');
  if (groups === undefined || mounts === undefined) return undefined;
  const limits = hierarchiesOf(mounts).flatMap((hierarchy) => {
    const group = groupIn(hierarchy, groups);
    return group === undefined ? [] : limitsAlong(hierarchy, group, read);
  });
  return limits.length === 0 ? undefined : Math.min(...limits);
}

/** The text of a file, `undefined` where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

interface Hierarchy {
  readonly version: 1 | 2;
  /** The group that is mounted, and where. */
  readonly root: string;
  readonly point: string;
}

/** What bounds a group; `memory.high` does not kill, but stalls the process until it gives memory back, which it never would. */
const limitFiles = { 1: ['memory.limit_in_bytes'], 2: ['memory.max', 'memory.high'] } as const;
/** Version 1 says "no limit" with the largest multiple of a page; nothing real is as large. */
const NO_LIMIT_BYTES = 2 ** 60;

function hierarchiesOf(mounts: string): Hierarchy[] {
  return mounts.split('\n').flatMap((line): Hierarchy[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', point = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type === 'cgroup2') return [{ version: 2, root: unescaped(root), point: unescaped(point) }];
    const isMemory = type === 'cgroup' && options.split(',').includes('memory');
    return isMemory ? [{ version: 1, root: unescaped(root), point: unescaped(point) }] : [];
  });
}

/** The process's group, relative to what is mounted; `undefined` where it is not below that. */
function groupIn({ version, root }: Hierarchy, groups: string): string | undefined {
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...path] = line.split(':');
    const group = path.join(':');
    if (version === 2 ? !line.startsWith('0::') : !controllers.split(',').includes('memory')) continue;
    if (root === '/') return group;
    // Inside a container the group may be named from the namespace's root though a deeper one is mounted.
    return group === root || group.startsWith(`${root}/`) ? group.slice(root.length) : '/';
  }
  return undefined;
}

/** Limits of the group and its ancestors, up to what is mounted. */
function limitsAlong({ version, point }: Hierarchy, group: string, read: ReadText): number[] {
  const limits: number[] = [];
  const steps = group.split('/').filter((step) => step !== '' && step !== '..');
  for (let depth = steps.length; depth >= 0; depth--) {
    const folder = [point, ...steps.slice(0, depth)].join('/');
    for (const file of limitFiles[version]) {
      const bytes = Number.parseInt(read(`${folder}/${file}`) ?? '', 10);
      if (bytes >= 0 && bytes < NO_LIMIT_BYTES) limits.push(bytes);
    }
  }
  return limits;
}

/** Blanks in mount points are written as octal numbers. */
function unescaped(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
