import type { Durability, Grid } from '@weft/client';
import { Governor } from '@weft/data';
import type { Member, MemberEvent } from '@weft/member';
import { DataDirectory, EmbeddedGrid } from 'weft/embedded';
import type { SimNet } from '../net/sim-net.ts';
import { SeededRandom } from '../seeded-random.ts';
import type { Scheduler } from '../time/scheduler.ts';
import { SimProcess } from '../time/sim-process.ts';
import type { MemoryPool } from './memory-pool.ts';
import type { SimDisk } from './sim-disk.ts';

/** Where it may be found: at one of them at a time. */
export const HOST_ADDRESSES: readonly [string, string] = ['host:7420', 'other:7420'];
export const SPACE = 'sim';
/** The smallest that there is: an arena takes a segment of it. */
const SEGMENT_BYTES = 1 << 24;
const MEMORY_BYTES = 64 << 20;
/** In memory, for subscribers. */
const RETAIN_BYTES = 1 << 20;

export interface SimHostOptions {
  readonly durability: Exclude<Durability, 'memory'>;
  readonly partitions: number;
  readonly snapshotEveryBytes: number;
}

export interface SimHostParts {
  readonly seed: number;
  readonly scheduler: Scheduler;
  readonly net: SimNet;
  readonly disk: SimDisk;
  readonly pool: MemoryPool;
  readonly options: SimHostOptions;
  /** Whether files go on reaching back behind a snapshot: a group goes on from what it has committed, however long ago that was. */
  readonly isKept: boolean;
  /** Makes the member: that of the product, or a mutant. */
  readonly memberOf: (options: ConstructorParameters<typeof Member>[0]) => Member;
  readonly log: (event: MemberEvent) => void;
}

/** One machine with a grid on its disk: started, killed and started again. */
export class SimHost {
  readonly #parts: SimHostParts;
  #runs = 0;
  #at: 0 | 1 = 0;
  #skewMs: number | undefined;
  #process: SimProcess | undefined;
  #grid: EmbeddedGrid | undefined;
  #member: Member | undefined;

  constructor(parts: SimHostParts) {
    this.#parts = parts;
  }

  /** The grid, where it runs. */
  get grid(): Grid | undefined {
    return this.#grid;
  }

  get isUp(): boolean {
    return this.#member !== undefined;
  }

  /** Whether it has a process, which may not be ready yet. */
  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Whether it takes no writes any more, since its disk has failed. */
  get isFailed(): boolean {
    return this.#grid?.stats().log.refusal?.code === 'JOURNAL_FAILED';
  }

  /** Starts on what the disk holds. `onReady` is called with the grid once all is recovered, before anybody can reach it. */
  async start(onReady: (grid: Grid) => void): Promise<void> {
    const { seed, scheduler, net, disk, pool, options, isKept, memberOf, log } = this.#parts;
    const process = new SimProcess('host', scheduler, new SeededRandom(seed, `host ${this.#runs++}`));
    // The clock is the machine's.
    process.jump((this.#skewMs ?? process.skewMs) - process.skewMs);
    this.#skewMs = process.skewMs;
    this.#process = process;
    const directory = await DataDirectory.open({
      directory: 'data',
      level: options.durability,
      snapshotEveryBytes: options.snapshotEveryBytes,
      partitions: options.partitions,
      host: process,
      place: disk.placeFor(process),
      ...(isKept && { retainBytes: RETAIN_BYTES }),
    });
    const grid = new EmbeddedGrid({
      host: process,
      partitions: directory.partitions,
      arena: {
        segmentBytes: SEGMENT_BYTES,
        segmentsMax: 1,
        governor: new Governor({ limitBytes: MEMORY_BYTES }),
        createMemory: pool.create,
        poison: true,
      },
      log: { durability: options.durability, retainBytes: RETAIN_BYTES },
      watchMemory: () => () => undefined,
    });
    await grid.recover(directory);
    onReady(grid);
    const hosts = [{ address: '', firstPartition: 0 }];
    const member = memberOf({ space: SPACE, grid, partitions: directory.partitions, hosts, host: process, log });
    net.listen(HOST_ADDRESSES[this.#at], process, (wire) => member.accept(wire));
    this.#grid = grid;
    this.#member = member;
  }

  /** It will be found at the other address when it is started next. */
  move(): void {
    this.#at = this.#at === 0 ? 1 : 0;
  }

  /** Its process does nothing for so long. Whether there is one. */
  standStill(forMs: number): boolean {
    this.#process?.standStill(forMs);
    return this.#process !== undefined;
  }

  /** Its wall clock is set. Whether it has a process. */
  jump(byMs: number): boolean {
    this.#process?.jump(byMs);
    this.#skewMs = this.#process?.skewMs ?? this.#skewMs;
    return this.#process !== undefined;
  }

  /** Ends its process at once. `power`: of the whole machine. */
  kill(power: boolean): void {
    const process = this.#end();
    if (process === undefined) return;
    process.kill();
    if (power) {
      this.#parts.net.lostPower(process);
      this.#parts.disk.losePower();
    } else this.#parts.net.killed(process);
  }

  /** Stops in order: what runs ends, what was acknowledged is on the disk. False where the disk did not take it. */
  async stop(): Promise<boolean> {
    const [grid, member] = [this.#grid, this.#member];
    const process = this.#end();
    if (process === undefined) return true;
    await member?.drain();
    const isSafe = await grid?.close().then(
      () => true,
      () => false,
    );
    process.kill();
    this.#parts.net.killed(process);
    return isSafe === true;
  }

  #end(): SimProcess | undefined {
    const process = this.#process;
    this.#process = this.#grid = this.#member = undefined;
    this.#parts.net.unlisten(HOST_ADDRESSES[this.#at]);
    return process;
  }
}
