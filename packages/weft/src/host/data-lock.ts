import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DiskFault, WeftError } from '@weft/base';
import { faultOf, makeLastingDirectory } from './node-disk.ts';

/**
 * One owner for a data directory: a file `lock` that says which process it is. It is made by a hard link to a file that is complete, so that
 * whoever finds it finds it whole. A process that was killed leaves it behind; the next one sees that no such process lives, and takes
 * it over. A number that another process got since is told by when that process began.
 */
export interface LockOwner {
  readonly pid: number;
  /** The launcher that starts the process again when it ends, where there is one. */
  readonly launcher?: number;
  readonly host: string;
  /** Changes whenever the machine starts; empty where it cannot be known. */
  readonly boot: string;
  /** When the process began, in ticks since the machine did; empty where it cannot be known. */
  readonly began: string;
}

const LOCK = 'lock';
/** Where a launcher tells the process that it starts its own number. */
export const LAUNCHER_PID = 'WEFT_LAUNCHER_PID';
const ATTEMPTS_MAX = 5;

/** A directory that this process has. */
export interface DataLock {
  /** Gives it back. */
  unlock(): Promise<void>;
  /**
   * Throws `DiskFault` where the path is not of that directory any more: it was moved or removed, or somebody took the lock away, so that another
   * grid may have it.
   */
  check(): Promise<void>;
}

/** Takes a data directory, which is made where it is not there. Throws DATA_DIR_IN_USE. */
export async function lockDataDir(directory: string): Promise<DataLock> {
  await makeLastingDirectory(directory);
  const path = resolve(directory, LOCK);
  const id = randomUUID();
  const text = `${JSON.stringify({ ...thisOwner(), id })}\n`;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (await tryLock(path, text, id)) return heldLock(path, text, await identityOf(path));
    const found = await textOf(path);
    const owner = ownerOf(found);
    if (owner !== undefined && isAlive(owner)) throw inUse(directory, owner);
    if (found !== undefined) await removeStale(path, found, id);
  }
  throw inUse(directory, ownerOf(await textOf(path)));
}

/** Who has a data directory; `undefined` where nobody living has. */
export async function dataDirOwner(directory: string): Promise<LockOwner | undefined> {
  const owner = ownerOf(await textOf(join(directory, LOCK)));
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

async function tryLock(path: string, text: string, id: string): Promise<boolean> {
  const draft = `${path}.${id}`;
  try {
    await writeFile(draft, text);
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Takes the lock of a dead process away; where it has become that of another meanwhile, it is put back. */
async function removeStale(path: string, stale: string, id: string): Promise<void> {
  const aside = `${path}.${id}.stale`;
  try {
    await rename(path, aside);
    if ((await textOf(aside)) !== stale) await link(aside, path);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(String((error as NodeJS.ErrnoException).code))) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

function heldLock(path: string, text: string, identity: string | undefined): DataLock {
  return {
    unlock: () => unlock(path, text),
    async check() {
      if (identity !== undefined && (await identityOf(path)) === identity) return;
      const directory = dirname(path);
      throw new DiskFault(
        'failed',
        directory,
        `${directory} was moved, removed or unlocked while it was in use, and may be another grid's by now`,
      );
    },
  };
}

/** A lock is never written again: another file, or none, is not this one. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { dev, ino, mtimeNs } = await stat(path, { bigint: true });
    return `${dev} ${ino} ${mtimeNs}`;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw faultOf(path, error);
  }
}

async function unlock(path: string, text: string): Promise<void> {
  if ((await textOf(path)) === text) await rm(path, { force: true });
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A lock that does not read as one was cut by a crash of the machine: whoever wrote it is gone. */
function ownerOf(text: string | undefined): LockOwner | undefined {
  try {
    const found = JSON.parse(text ?? '') as Partial<LockOwner>;
    return typeof found.pid === 'number' && typeof found.host === 'string' ? (found as LockOwner) : undefined;
  } catch {
    return undefined;
  }
}

function thisOwner(): LockOwner {
  const launcher = Number(process.env[LAUNCHER_PID] ?? 0);
  return {
    pid: process.pid,
    ...(launcher > 0 && { launcher }),
    host: hostname(),
    boot: bootId(),
    began: beganOf(process.pid),
  };
}

/** Whether the owner may be running still: on another host nobody can tell. */
function isAlive({ pid, host, boot, began }: LockOwner): boolean {
  if (host !== hostname()) return true;
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked, but it is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return beganOf(pid) === began;
}

function bootId(): string {
  return contentsOf('/proc/sys/kernel/random/boot_id').trim();
}

/** The 22nd field of /proc/PID/stat; the second, the name, is in brackets and may hold anything. */
function beganOf(pid: number): string {
  const stat = contentsOf(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function contentsOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function inUse(directory: string, owner: LockOwner | undefined): WeftError<'DATA_DIR_IN_USE'> {
  const { pid = 0, launcher, host = '' } = owner ?? {};
  const isHere = host === hostname();
  const isThis = isHere && pid === process.pid;
  const again = launcher === undefined ? '' : `, which weft start, process ${launcher}, starts again when it ends`;
  const who = isThis ? `process ${pid}, which is this one` : `process ${pid} on ${host}${again}`;
  const first = `Stop ${launcher === undefined ? 'that process' : `process ${launcher}`}`;
  const hint = isHere
    ? `${first}, or use another directory.`
    : `${first}; if it is gone for certain, remove ${join(directory, LOCK)}.`;
  return new WeftError('DATA_DIR_IN_USE', `The data directory ${directory} is in use by ${who}.`, {
    details: { directory, pid, host },
    hint,
  });
}
