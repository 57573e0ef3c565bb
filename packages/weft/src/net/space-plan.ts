import { join } from 'node:path';
import { WeftError } from '@weft/base';
import { counted } from '../cli/counted.ts';
import { UnsuitableError } from '../cli/failure.ts';
import { readGridFile, writeGridFile, type GridFile } from '../durable/grid-file.ts';
import { makeLastingDirectory, NodeDisk } from '../host/node-disk.ts';
import { MEMORY_BYTES_MIN } from '../host/memory-least.ts';
import { processBudgetBytes } from '../host/process-memory.ts';
import type { HostData } from './member-messages.ts';
import type { StartSettings } from './start-settings.ts';

type HostPart = Pick<HostData, 'host' | 'first' | 'partitions' | 'total' | 'directory' | 'memoryBytes'>;

/**
 * How a space is divided among hosts: partitions in runs of equal length, give or take one, memory in equal parts. One host has the data directory
 * itself; several have one each below it, and `grid.json` says how many. Throws UnsuitableError, OPTION_INVALID, JOURNAL_FORMAT, JOURNAL_DAMAGED.
 */
export async function planSpace(settings: StartSettings): Promise<HostPart[]> {
  const { hosts, dataDir } = settings;
  const stored = dataDir === undefined ? undefined : await storedSpace(dataDir);
  if (stored !== undefined) checkStored(dataDir!, stored, settings);
  const total = stored?.partitions ?? settings.partitions ?? hosts;
  const memoryBytes = Math.floor((settings.memoryBytes ?? processBudgetBytes()) / hosts);
  checkMemory(memoryBytes, hosts);
  if (dataDir !== undefined && hosts > 1 && stored === undefined)
    await writeSpace(dataDir, { partitions: total, hosts });
  return Array.from({ length: hosts }, (_, host) => {
    const first = firstOf(host, total, hosts);
    return {
      host,
      first,
      partitions: firstOf(host + 1, total, hosts) - first,
      total,
      directory: dataDir === undefined || hosts === 1 ? dataDir : join(dataDir, `host-${host}`),
      memoryBytes,
    };
  });
}

function firstOf(host: number, total: number, hosts: number): number {
  return Math.floor((host * total) / hosts);
}

async function storedSpace(directory: string): Promise<GridFile | undefined> {
  try {
    return await readGridFile(new NodeDisk(directory), directory);
  } catch (error) {
    // What else is wrong with the path is said by who opens it.
    if (WeftError.is(error)) throw error;
    return undefined;
  }
}

async function writeSpace(directory: string, space: GridFile): Promise<void> {
  await makeLastingDirectory(directory);
  await writeGridFile(new NodeDisk(directory), space);
}

function checkStored(directory: string, { partitions, hosts = 1 }: GridFile, asked: StartSettings): void {
  if (hosts !== asked.hosts)
    throw new UnsuitableError(
      `the data directory ${directory} is of a space with ${counted(hosts, 'host')}, not ${asked.hosts}`,
      `start with --hosts ${hosts}; rows go to another number of hosts by a client that writes them to a new space`,
    );
  if (asked.partitions !== undefined && asked.partitions !== partitions)
    throw new UnsuitableError(
      `the data directory ${directory} is of a space with ${counted(partitions, 'partition')}, not ${asked.partitions}`,
      `leave --partitions out, or say ${partitions}; another number needs weft backup and weft restore`,
    );
}

/** What the command line names is enough; a small machine may have less. */
function checkMemory(bytes: number, hosts: number): void {
  if (bytes >= MEMORY_BYTES_MIN) return;
  throw new UnsuitableError(
    `the memory of this machine divided among ${counted(hosts, 'host')} is too little for any`,
    'choose fewer --hosts',
  );
}
