/**
 * Test help, loaded by `node --import` in front of everything: a host thread that does what a file says. The directory is in WEFT_TEST_ORDERS; the file is called
 * `host-0` and so on. `hang`: its loop does not turn until the file is gone. `die`: an error that nobody catches.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMainThread, workerData } from 'node:worker_threads';

const LOOK_MS = 20;

const directory = process.env['WEFT_TEST_ORDERS'];
const data = workerData as { readonly host?: unknown; readonly partitions?: unknown } | undefined;
if (!isMainThread && directory !== undefined && typeof data?.host === 'number' && typeof data.partitions === 'number')
  obey(join(directory, `host-${data.host}`));

function obey(path: string): void {
  setInterval(() => {
    if (!existsSync(path)) return;
    const order = readFileSync(path, 'utf8');
    if (order === 'die') throw new Error('it was told to die');
    const never = new Int32Array(new SharedArrayBuffer(4));
    while (order === 'hang' && existsSync(path)) Atomics.wait(never, 0, 0, LOOK_MS);
  }, LOOK_MS).unref();
}
