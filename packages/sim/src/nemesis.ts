import { WeftError } from '@weft/base';
import type { Grid } from '@weft/client';
import { survivorsOf } from './survivors.ts';
import type { Violation } from './check/history.ts';
import type { SimDisk } from './host/sim-disk.ts';
import type { SimHost } from './host/sim-host.ts';
import type { PlannedFault } from './load/faults.ts';
import type { Recorder } from './load/recorder.ts';
import type { SimClient } from './load/sim-client.ts';
import type { Path } from './net/lane.ts';
import type { SimNet } from './net/sim-net.ts';
import type { Scheduler } from './time/scheduler.ts';
import type { Trace } from './trace.ts';

/** How long until a start that failed is tried again. */
const RETRY_MS = 300;
/** Starts that may fail, one after the other, on a disk that was made to fail. */
const STARTS_MAX = 20;

export interface NemesisParts {
  readonly scheduler: Scheduler;
  readonly trace: Trace;
  readonly net: SimNet;
  readonly disk: SimDisk;
  readonly host: SimHost;
  readonly paths: readonly Path[];
  readonly clients: readonly SimClient[];
  readonly recorder: Recorder;
  readonly mayLose: boolean;
  /** Called with the grid of each start, before anybody can reach it. */
  readonly onReady: (grid: Grid) => void;
}

/** Lets faults happen, and brings the host back. */
export class Nemesis {
  readonly faults = new Map<string, number>();
  readonly violations: Violation[] = [];
  readonly #parts: NemesisParts;
  /** Whether the last end of the host was in order. */
  #wasStopped = true;
  #isStopping = false;
  #failedStarts = 0;
  #left = 0;

  constructor(parts: NemesisParts) {
    this.#parts = parts;
  }

  /** Whether all faults that were planned have happened. */
  get isOver(): boolean {
    return this.#left === 0;
  }

  plan(faults: readonly PlannedFault[]): void {
    this.#left = faults.length;
    for (const fault of faults)
      this.#parts.scheduler.at(fault.atMs, () => {
        this.#left--;
        if (this.#do(fault)) this.#count(fault);
      });
  }

  start(): void {
    const mayHaveLost = this.#parts.mayLose && !this.#wasStopped;
    this.#wasStopped = false;
    void this.#parts.host
      .start((grid) => {
        this.#failedStarts = 0;
        this.#parts.onReady(grid);
        this.#parts.recorder.started({ ...survivorsOf(grid), mayHaveLost });
      })
      .catch((error: unknown) => this.#startFailed(error, mayHaveLost));
  }

  /** Everything works from here on. */
  heal(): void {
    const { paths, disk, host } = this.#parts;
    for (const { there, back } of paths) {
      there.open();
      back.open();
    }
    disk.heal();
    if (host.isFailed) this.#kill(false, 0);
  }

  /** Stops the host in order. */
  async stop(): Promise<void> {
    if (this.#isStopping || !this.#parts.host.isUp) return;
    this.#isStopping = true;
    this.#wasStopped = await this.#parts.host.stop();
    this.#isStopping = false;
  }

  #count({ kind }: PlannedFault): void {
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  /** Whether it could happen. */
  #do(fault: PlannedFault): boolean {
    const { scheduler, trace, net, disk, host, paths, clients } = this.#parts;
    const { nowMs } = scheduler;
    trace.note(nowMs, `fault ${JSON.stringify(fault)}`);
    switch (fault.kind) {
      case 'cut':
        return net.cut(fault.way, fault.client === undefined ? undefined : paths[fault.client]) > 0;
      case 'shut': {
        const path = paths[fault.client];
        if (fault.way !== 'back') path?.there.shutUntil(nowMs + fault.forMs);
        if (fault.way !== 'there') path?.back.shutUntil(nowMs + fault.forMs);
        return path !== undefined;
      }
      case 'kill':
      case 'power':
        return this.#kill(fault.kind === 'power', fault.downMs);
      case 'restart':
      case 'move':
        if (!host.isUp || this.#isStopping) return false;
        void this.stop().then(() => {
          if (fault.kind === 'move') host.move();
          scheduler.after(fault.downMs, () => this.#startAgain());
        });
        return true;
      case 'slow-disk':
        disk.slowDown(nowMs + fault.forMs, fault.syncMs);
        return true;
      case 'full-disk':
        disk.setRoom(fault.roomBytes);
        scheduler.after(fault.forMs, () => disk.setRoom(Infinity));
        return true;
      case 'failed-disk':
        disk.failOnce();
        scheduler.after(fault.killMs, () => this.#kill(true, fault.killMs));
        return true;
      case 'reconnect':
        void clients[fault.client]?.reconnect();
        return clients[fault.client] !== undefined;
      case 'pause':
        return this.#pause(fault.client, fault.forMs);
      case 'clock':
        return this.#jump(fault.client, fault.byMs);
    }
  }

  #pause(client: number | undefined, forMs: number): boolean {
    const { host, clients, recorder } = this.#parts;
    if (client === undefined) return host.standStill(forMs);
    clients[client]?.standStill(forMs);
    recorder.stoodStill(client, forMs);
    return clients[client] !== undefined;
  }

  #jump(client: number | undefined, byMs: number): boolean {
    const { host, clients } = this.#parts;
    if (client === undefined) return host.jump(byMs);
    clients[client]?.jump(byMs);
    return clients[client] !== undefined;
  }

  #kill(power: boolean, downMs: number): boolean {
    const { host, scheduler } = this.#parts;
    if (!host.isRunning || this.#isStopping) return false;
    host.kill(power);
    this.#wasStopped = false;
    scheduler.after(downMs, () => this.#startAgain());
    return true;
  }

  #startAgain(): void {
    if (!this.#parts.host.isRunning && !this.#isStopping) this.start();
  }

  #startFailed(error: unknown, mayHaveLost: boolean): void {
    const { host, scheduler, trace } = this.#parts;
    const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
    trace.note(scheduler.nowMs, `start failed: ${text}`);
    host.kill(false);
    this.#wasStopped = !mayHaveLost;
    const isOfDisk = WeftError.is(error, 'DISK_FULL') || WeftError.is(error, 'JOURNAL_FAILED');
    if (isOfDisk && ++this.#failedStarts < STARTS_MAX) {
      scheduler.after(RETRY_MS, () => this.#startAgain());
      return;
    }
    this.violations.push({ check: 'recovery', text: `the host did not start: ${text}` });
  }
}
