import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve as absolute } from 'node:path';

/**
 * Makes a directory and those above it that are not there; the uppermost that was made, `undefined` where none was. Unlike Node's own
 * recursive mkdir it ends where a file system says ENOENT although the directory above is there, as /proc does. Throws what mkdir throws.
 */
export async function makeDirectories(path: string): Promise<string | undefined> {
  const directory = absolute(path);
  if (await isMade(directory)) return directory;
  if (await isDirectory(directory)) return undefined;
  const first = await makeDirectories(dirname(directory));
  // ENOENT once more is the file system's last word; somebody else may have made it meanwhile.
  try {
    await mkdir(directory);
  } catch (error) {
    if (!(await isDirectory(directory))) throw error;
    return first;
  }
  return first ?? directory;
}

/** False where it is there already, or the one above it is not. */
async function isMade(directory: string): Promise<boolean> {
  try {
    await mkdir(directory);
    return true;
  } catch (error) {
    const isTop = dirname(directory) === directory;
    if (!isTop && (error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    // Which error there is for a directory that is there, the platform decides: EEXIST, EPERM, EROFS.
    if (await isDirectory(directory)) return false;
    throw error;
  }
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
