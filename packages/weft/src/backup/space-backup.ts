import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UnsuitableError } from '../cli/failure.ts';
import { openGrid } from '../create-grid.ts';
import { writeGridFile } from '../durable/grid-file.ts';
import { makeLastingDirectory, NodeDisk } from '../host/node-disk.ts';
import { BackupDirectory } from './backup-directory.ts';

/** What was restored. */
export interface RestoredSpace {
  readonly rows: number;
  readonly partitions: number;
}

/** The directories of a backup over several hosts, one for each in their order; none where it is of one host. Throws UnsuitableError where it is a part of one. */
export function hostBackups(directory: string): string[] {
  const path = resolve(directory);
  if (/^host-\d+$/.test(basename(path)) && existsSync(hostOf(dirname(path), 0)) && existsSync(hostOf(dirname(path), 1)))
    throw new UnsuitableError(
      `${directory} is the part of one host of the backup in ${dirname(path)}`,
      'name that directory: the rows of a space belong together',
    );
  return hostDirectories(directory);
}

/** The directories `host-0`, `host-1` and so on that are there. */
export function hostDirectories(directory: string): string[] {
  const found: string[] = [];
  while (existsSync(hostOf(directory, found.length))) found.push(hostOf(directory, found.length));
  return found;
}

/** Makes the data directory of a space of as many hosts out of their backups. Throws as `createGrid` does of a backup. */
export async function restoreSpace(backups: readonly string[], dataDir: string): Promise<RestoredSpace> {
  if (existsSync(dataDir))
    throw new UnsuitableError(
      `${dataDir} is there already`,
      'name a directory that is not: all of the space goes there',
    );
  const counts: number[] = [];
  for (const directory of backups) counts.push((await BackupDirectory.open(directory)).manifest.partitions.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  let rows = 0;
  let first = 0;
  for (const [host, restore] of backups.entries()) {
    const grid = await openGrid({ dataDir: hostOf(dataDir, host), restore }, { first, total });
    rows += grid.stats().rows;
    await grid.close();
    first += counts[host]!;
  }
  await makeLastingDirectory(dataDir);
  // Without it the directory is none yet, so one that was left in the middle is not taken for a space.
  await writeGridFile(new NodeDisk(dataDir), { partitions: total, hosts: backups.length });
  return { rows, partitions: total };
}

function hostOf(directory: string, host: number): string {
  return join(directory, `host-${host}`);
}
