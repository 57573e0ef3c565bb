import { chmod, lstat, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { UnsuitableError } from '../cli/failure.ts';

/** Of a path that the kernel takes as a socket's address, on every system (sun_path has 104 bytes on macOS, its end included). */
export const SOCKET_PATH_BYTES_MAX = 103;
/** Only the user may connect. */
const MODE = 0o600;
/** What the name of the socket is made of while nobody may find it: `/.weft-XXXXXX/s`. */
const DRAFT_BYTES = 15;

/**
 * A Unix socket at a path. It is made in a directory that nobody else may enter, gets its mode there and is then moved to its name: so nobody can connect who may
 * not, and a socket that a dead process left is replaced in one step. A path where somebody listens is refused.
 */
export class SocketFile {
  readonly #path: string;
  readonly #inode: number;

  private constructor(path: string, inode: number) {
    this.#path = path;
    this.#inode = inode;
  }

  /** Throws UnsuitableError. */
  static async open(named: string, server: Server): Promise<SocketFile> {
    const path = resolve(named);
    checkLength(path);
    await checkFree(path);
    const folder = await mkdtemp(join(dirname(path), '.weft-')).catch((error: unknown) => {
      throw new UnsuitableError(
        `the socket ${path} cannot be made: ${(error as Error).message}`,
        'choose another --socket',
      );
    });
    try {
      const draft = join(folder, 's');
      await new Promise<void>((listening, reject) => {
        server.once('error', reject);
        server.listen(draft, () => {
          server.off('error', reject);
          listening();
        });
      });
      await chmod(draft, MODE);
      await rename(draft, path);
      return new SocketFile(path, (await lstat(path)).ino);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Takes the name away, where it is of this socket still. */
  async remove(): Promise<void> {
    const found = await lstat(this.#path).catch(() => undefined);
    if (found?.ino === this.#inode) await rm(this.#path, { force: true });
  }
}

function checkLength(path: string): void {
  const draftBytes = Buffer.byteLength(dirname(path)) + DRAFT_BYTES;
  if (Math.max(Buffer.byteLength(path), draftBytes) <= SOCKET_PATH_BYTES_MAX) return;
  throw new UnsuitableError(`the path of the socket ${path} is too long for one`, 'choose a shorter --socket');
}

async function checkFree(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket())
    throw new UnsuitableError(`${path} is there and is no socket`, 'choose another --socket, or remove it');
  if (await isAnswered(path))
    throw new UnsuitableError(
      `somebody listens on the socket ${path}`,
      'stop that process, or choose another --socket',
    );
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect(path);
    socket.once('connect', () => answer(true));
    // Refused: the process that made it is gone. Anything else may be somebody.
    socket.once('error', (error: NodeJS.ErrnoException) => answer(error.code !== 'ECONNREFUSED'));
    socket.once('connect', () => socket.destroy());
  });
}
