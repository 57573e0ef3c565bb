import { join } from 'node:path';
import type { Disk } from '@weft/base';
import { lockDataDir, type DataLock } from '../host/data-lock.ts';
import { makeLastingDirectory, NodeDisk } from '../host/node-disk.ts';

/** Where a data directory is: on a disk of this machine, or on one that a simulator has made. */
export interface DirectoryPlace {
  /** Takes it for this process alone; it is made where it is not there. Throws DATA_DIR_IN_USE. */
  lock(): Promise<DataLock>;
  /**
   * A directory in it, '' for itself, which is made where it is not there and outlasts a crash. Before a name in it is made, changed or removed,
   * `guard` may throw that the path is not of the data directory any more.
   */
  disk(name: string, guard: () => Promise<void>): Promise<Disk>;
  /** Calls back in the next turn of the event loop. */
  soon(callback: () => void): void;
}

export function nodePlace(directory: string): DirectoryPlace {
  return {
    lock: () => lockDataDir(directory),
    async disk(name, guard) {
      const path = join(directory, name);
      await makeLastingDirectory(path);
      return new NodeDisk(path, guard);
    },
    soon: (callback) => void setImmediate(callback),
  };
}
