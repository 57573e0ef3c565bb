import { WASI } from 'node:wasi';
import { wasm } from '@weft/base';

/** The clock of WASI that runs only while this thread does. */
const THREAD_CPU = 3;
const NANOSECONDS_PER_MS = 1e6;

// Node has no other door to that clock: its own take what the thread has run as of the last tick, which is 4 ms ago at times.
const memory = new wasm.Memory({ initial: 1, maximum: 1, shared: true });
const wasi = new WASI({ version: 'preview1' });
wasi.finalizeBindings({ exports: { memory } });
const clockTimeGet = wasi.wasiImport['clock_time_get'] as (clock: number, precision: bigint, at: number) => number;
const nanoseconds = new BigUint64Array(memory.buffer, 0, 1);

/**
 * How long this thread has run, in milliseconds: neither while another had the core, nor while the hypervisor gave it to another machine, of which
 * no other clock of the process tells. Takes about a microsecond.
 */
export function threadMs(): number {
  if (clockTimeGet(THREAD_CPU, 1n, 0) !== 0) throw new Error('this system has no clock of threads');
  return Number(nanoseconds[0]) / NANOSECONDS_PER_MS;
}
