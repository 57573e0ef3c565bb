import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SnapshotCheck } from '@weft/store';
import type { CommandContext } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { UnsuitableError } from '../cli/failure.ts';
import { createGrid } from '../create-grid.ts';
import { verifyBackup } from './backup-directory.ts';
import { hostBackups, hostDirectories, restoreSpace } from './space-backup.ts';

/** Backs a data directory up that no process has. */
export async function runBackup({ stdout }: CommandContext, directory: string, dataDir: string): Promise<ExitCode> {
  if (!existsSync(join(dataDir, 'grid.json')))
    throw new UnsuitableError(`${dataDir} is no data directory`, 'name the one that createGrid({ dataDir }) has made');
  const grid = await createGrid({ dataDir });
  try {
    const { rows, bytes, writtenBytes } = await grid.backup(directory);
    stdout.write(
      `${counted(rows, 'row')} in ${directory}, ${size(bytes)}, of which ${size(writtenBytes)} were written.\n`,
    );
  } finally {
    await grid.close();
  }
  return exitCode.ok;
}

interface RestoreOptions {
  readonly directory: string;
  readonly dataDir: string;
  readonly partitions: number | undefined;
}

/** Makes a data directory of a backup. */
export async function runRestore(
  { stdout }: CommandContext,
  { directory, dataDir, partitions }: RestoreOptions,
): Promise<ExitCode> {
  const hosts = hostBackups(directory);
  if (hosts.length > 0) {
    if (partitions !== undefined)
      throw new UnsuitableError(
        `the backup in ${directory} is of ${counted(hosts.length, 'host')}, whose partitions stay as they are`,
        'leave --partitions out',
      );
    const restored = await restoreSpace(hosts, dataDir);
    const places = `${counted(restored.partitions, 'partition')} of ${counted(hosts.length, 'host')}`;
    stdout.write(`${counted(restored.rows, 'row')} in ${dataDir}, in ${places}.\n`);
    return exitCode.ok;
  }
  const grid = await createGrid({ dataDir, partitions, restore: directory });
  try {
    const { rows, log } = grid.stats();
    stdout.write(`${counted(rows, 'row')} in ${dataDir}, in ${counted(log.partitions.length, 'partition')}.\n`);
  } finally {
    await grid.close();
  }
  return exitCode.ok;
}

/** Says of a backup whether it is whole. */
export async function runVerify({ stdout, stderr }: CommandContext, directory: string): Promise<ExitCode> {
  const parts = await Promise.all(partsOf(directory).map((part) => verifyBackup(part)));
  const sum = (of: (part: SnapshotCheck) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const damaged = parts.flatMap((part) => part.damaged);
  for (const { message } of damaged) stderr.write(`${message}\n`);
  if (damaged.length > 0) {
    stderr.write(
      `weft verify: the backup in ${directory} cannot be restored; ${counted(damaged.length, 'file')} of it is damaged or missing (SNAPSHOT_DAMAGED).\n`,
    );
    return exitCode.failed;
  }
  stdout.write(
    `The backup in ${directory} is whole: ${counted(
      sum(({ rows }) => rows),
      'row',
    )}, ${counted(
      sum(({ files }) => files),
      'file',
    )}, ${size(sum(({ bytes }) => bytes))}.\n`,
  );
  return exitCode.ok;
}

/** Those of several hosts, or the one. */
function partsOf(directory: string): readonly string[] {
  const hosts = hostDirectories(directory);
  return hosts.length > 0 ? hosts : [directory];
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
