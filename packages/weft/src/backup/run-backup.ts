import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../cli/command.ts';
import { counted } from '../cli/counted.ts';
import { exitCode, type ExitCode } from '../cli/exit-code.ts';
import { UnsuitableError } from '../cli/failure.ts';
import { createGrid } from '../create-grid.ts';
import { verifyBackup } from './backup-directory.ts';

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
  const { rows, files, bytes, damaged } = await verifyBackup(directory);
  for (const { message } of damaged) stderr.write(`${message}\n`);
  if (damaged.length > 0) {
    stderr.write(
      `weft verify: the backup in ${directory} cannot be restored; ${counted(damaged.length, 'file')} of it is damaged or missing (SNAPSHOT_DAMAGED).\n`,
    );
    return exitCode.failed;
  }
  stdout.write(
    `The backup in ${directory} is whole: ${counted(rows, 'row')}, ${counted(files, 'file')}, ${size(bytes)}.\n`,
  );
  return exitCode.ok;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
