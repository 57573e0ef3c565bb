/** Test help: makes the disk of this very process fail, below everything of Weft. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const write = fs.write;
const fdatasync = fs.fdatasync;
type Callback = (error: Error | null, bytes: number) => void;

/** What becomes of writes and syncs until `restore`. */
export class FaultyDisk {
  /** Writes fail with this code, such as ENOSPC. */
  writeFault: string | undefined;
  /** Writes and syncs, which may come in one, wait until this is false again and `release` was called. */
  isHeld = false;
  /** Calls of `fdatasync`. */
  syncs = 0;
  #held: (() => void)[] = [];

  constructor() {
    fs.write = ((...call: unknown[]) => {
      const done = call.at(-1) as Callback;
      const { writeFault: code } = this;
      if (code === undefined) return this.#whenFree(() => (write as (...of: unknown[]) => void)(...call));
      setImmediate(() => done(Object.assign(new Error(`${code}: as the test says`), { code }), 0));
    }) as typeof fs.write;
    fs.fdatasync = ((fd: number, done: fs.NoParamCallback) => {
      this.syncs++;
      this.#whenFree(() => fdatasync(fd, done));
    }) as typeof fs.fdatasync;
    syncBuiltinESMExports();
  }

  #whenFree(call: () => void): void {
    if (this.isHeld) this.#held.push(call);
    else call();
  }

  /** What was held goes on. */
  release(): void {
    this.isHeld = false;
    for (const call of this.#held.splice(0)) call();
  }

  restore(): void {
    this.writeFault = undefined;
    this.release();
    fs.write = write;
    fs.fdatasync = fdatasync;
    syncBuiltinESMExports();
  }
}
