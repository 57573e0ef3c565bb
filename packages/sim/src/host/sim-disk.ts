import { crashedDisk, FalseDisk, type DiskFaultKind, type DiskOperation } from '@weft/base';
import type { DirectoryPlace } from 'weft/embedded';
import type { SeededRandom } from '../seeded-random.ts';
import type { Scheduler } from '../time/scheduler.ts';
import type { SimProcess } from '../time/sim-process.ts';
import { FolderDisk } from './folder-disk.ts';

/** What a disk is like: drawn once for a run. */
export interface DiskWeather {
  /** Mean time of a call. */
  readonly callMs: number;
  /** And of a sync. */
  readonly syncMs: number;
}

const LIE = { op: 'mark', value: 'a sync that never was' } as const;

/** The disk of a host's machine, which outlives its processes. */
export class SimDisk {
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #weather: DiskWeather;
  #disk = new FalseDisk();
  /** From this step on it says that it has synced, and has not: what durability must not survive. */
  #liesFrom = Infinity;
  #slowUntilMs = 0;
  #slowSyncMs = 0;
  #nextFault: DiskFaultKind | undefined;

  constructor(scheduler: Scheduler, random: SeededRandom, weather: DiskWeather) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#weather = weather;
  }

  /** The data directory, for one process: what it has begun when it is killed is never done. */
  placeFor(process: SimProcess): DirectoryPlace {
    const disk = this.#disk;
    disk.latency = (operation) => process.sleep(this.#latencyMs(operation));
    disk.fault = (operation) => this.#fault(operation);
    return {
      lock: () => Promise.resolve({ unlock: () => Promise.resolve(), check: () => Promise.resolve() }),
      disk: (name) => Promise.resolve(name === '' ? disk : new FolderDisk(disk, name)),
      soon: process.soon,
    };
  }

  /** From here on it says that it has synced, and has not. */
  lie(): void {
    this.#liesFrom = Math.min(this.#liesFrom, this.#disk.steps.length);
  }

  /** The machine has lost power: what was not synced may be there or not. */
  losePower(): void {
    const { steps } = this.#disk;
    for (const [at, { op }] of steps.entries()) if (op === 'sync' && at >= this.#liesFrom) steps[at] = LIE;
    this.#liesFrom = Infinity;
    const { capacityBytes } = this.#disk;
    this.#disk = crashedDisk(steps, this.#random);
    this.#disk.capacityBytes = capacityBytes;
  }

  /** Syncs take long until then. */
  slowDown(untilMs: number, syncMs: number): void {
    this.#slowUntilMs = untilMs;
    this.#slowSyncMs = syncMs;
  }

  /** There is room for so many bytes more, until it is called again. */
  setRoom(bytes: number): void {
    const usedBytes = [...this.#disk.files().values()].reduce((sum, { length }) => sum + length, 0);
    this.#disk.capacityBytes = usedBytes + bytes;
  }

  /** The next write or sync fails. */
  failOnce(): void {
    this.#nextFault = 'failed';
  }

  /** Nothing fails from here on, and nothing is slow. */
  heal(): void {
    this.setRoom(Infinity);
    this.#slowUntilMs = 0;
    this.#nextFault = undefined;
  }

  #latencyMs(operation: DiskOperation): number {
    if (operation !== 'sync') return this.#random.delayMs(this.#weather.callMs);
    const isSlow = this.#scheduler.nowMs < this.#slowUntilMs;
    return this.#random.delayMs(isSlow ? this.#slowSyncMs : this.#weather.syncMs);
  }

  #fault(operation: DiskOperation): DiskFaultKind | undefined {
    if (this.#nextFault === undefined || (operation !== 'write' && operation !== 'sync')) return undefined;
    const fault = this.#nextFault;
    this.#nextFault = undefined;
    return fault;
  }
}
