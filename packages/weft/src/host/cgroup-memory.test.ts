import { expect, test } from 'vitest';
import { cgroupMemoryBytes } from './cgroup-memory.ts';

const MIB = 2 ** 20;
const V2_MOUNT = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1_MOUNTS = [
  '31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct',
  '32 30 0:28 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory',
  '33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
].join('\n');

function limitOf(files: Record<string, string>): number | undefined {
  return cgroupMemoryBytes((path) => files[path]);
}

test('a group of version 2 is bound by its own limit', () => {
  expect(
    limitOf({
      '/proc/self/cgroup': '0::/app.slice/weft.service\n',
      '/proc/self/mountinfo': V2_MOUNT,
      '/sys/fs/cgroup/app.slice/weft.service/memory.max': `${512 * MIB}\n`,
      '/sys/fs/cgroup/app.slice/memory.max': 'max\n',
    }),
  ).toBe(512 * MIB);
});

test('the least of all ancestors counts, and a throttle counts as a limit', () => {
  const files = {
    '/proc/self/cgroup': '0::/app.slice/weft.service\n',
    '/proc/self/mountinfo': V2_MOUNT,
    '/sys/fs/cgroup/app.slice/weft.service/memory.max': `${512 * MIB}\n`,
    '/sys/fs/cgroup/app.slice/memory.max': `${300 * MIB}\n`,
  };
  expect(limitOf(files)).toBe(300 * MIB);
  expect(limitOf({ ...files, '/sys/fs/cgroup/app.slice/memory.high': `${200 * MIB}\n` })).toBe(200 * MIB);
});

test('a group of version 1 is found by its controller, beside an empty hierarchy of version 2', () => {
  const files = {
    '/proc/self/cgroup': '9:name=systemd:/\n4:memory:/jobs/one\n1:cpu:/jobs\n0::/\n',
    '/proc/self/mountinfo': V1_MOUNTS,
    '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes': `${768 * MIB}\n`,
    '/sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes': '9223372036854771712\n',
  };
  expect(limitOf(files)).toBe(768 * MIB);
  expect(limitOf({ ...files, '/sys/fs/cgroup/memory/jobs/memory.limit_in_bytes': '9223372036854771712\n' })).toBe(
    undefined,
  );
});

test('in a container the mounted group is the process own, whatever name it has outside', () => {
  const mount = '40 30 0:28 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';
  const limit = { '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${256 * MIB}\n` };
  for (const group of ['/docker/abc', '/'])
    expect(limitOf({ '/proc/self/cgroup': `4:memory:${group}\n`, '/proc/self/mountinfo': mount, ...limit })).toBe(
      256 * MIB,
    );
  expect(
    limitOf({
      '/proc/self/cgroup': '4:memory:/docker/abc/inner\n',
      '/proc/self/mountinfo': mount,
      ...limit,
      '/sys/fs/cgroup/memory/inner/memory.limit_in_bytes': `${128 * MIB}\n`,
    }),
  ).toBe(128 * MIB);
});

test('a namespace that begins below the group, blanks in mount points, and nothing at all are read', () => {
  expect(
    limitOf({
      '/proc/self/cgroup': '0::/../sibling\n',
      '/proc/self/mountinfo': '30 23 0:26 / /run/my\\040groups rw - cgroup2 none rw\n',
      '/run/my groups/memory.max': `${64 * MIB}\n`,
    }),
  ).toBe(64 * MIB);
  expect(limitOf({})).toBeUndefined();
  expect(limitOf({ '/proc/self/cgroup': '0::/\n', '/proc/self/mountinfo': '' })).toBeUndefined();
});
