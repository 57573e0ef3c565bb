import { HostHealth, type HostState } from './health-board.ts';

/** What is told of a host. */
export interface HostReport {
  readonly host: number;
  readonly state: HostState;
  readonly connections: number;
  /** How long its loop has not turned. */
  readonly silentMs: number;
}

/** An answer of `/livez` or `/readyz`. */
export interface HealthReport {
  readonly isOk: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  readonly hosts: readonly HostReport[];
}

/** Whether hosts turn and serve, from what they write on the board. */
export class HealthWatch {
  readonly #hosts: readonly HostHealth[];
  readonly #silentMs: number[];
  readonly #beats: number[];
  readonly #liveMs: number;

  /** `liveMs`: a host whose loop has not turned for longer is not live. */
  constructor(board: Int32Array, hosts: number, liveMs: number) {
    this.#hosts = Array.from({ length: hosts }, (_, host) => new HostHealth(board, host));
    this.#silentMs = this.#hosts.map(() => 0);
    this.#beats = this.#hosts.map(({ beats }) => beats);
    this.#liveMs = liveMs;
  }

  /** Looks at the board. `sinceMs`: time since the last look, no more than one should take: a process that was stopped is not silent meanwhile. */
  look(sinceMs: number): void {
    for (const [host, { beats }] of this.#hosts.entries()) {
      // Before the first beat its code is being loaded, which may take long on a busy machine: it is not ready, and has no loop yet that could hang.
      this.#silentMs[host] = beats > 0 && beats === this.#beats[host] ? this.#silentMs[host]! + sinceMs : 0;
      this.#beats[host] = beats;
    }
  }

  /** Whether the process should be left alone. */
  live(): HealthReport {
    return this.#report(({ host, silentMs }) =>
      silentMs > this.#liveMs ? `the loop of host ${host} has not turned for ${Math.floor(silentMs)} ms` : undefined,
    );
  }

  /** Whether clients should be sent here. */
  ready(): HealthReport {
    const { reasons: stuck } = this.live();
    const { isOk, reasons, hosts } = this.#report(({ host, state }) => {
      if (state === 'ready') return undefined;
      return state === 'recovering'
        ? `host ${host} is recovering, ${this.#hosts[host]!.percent} % read`
        : `host ${host} is ${state}`;
    });
    return { isOk: isOk && stuck.length === 0, reasons: [...stuck, ...reasons], hosts };
  }

  #report(reasonOf: (report: HostReport) => string | undefined): HealthReport {
    const hosts = this.#hosts.map(({ state, connections }, host) => ({
      host,
      state,
      connections,
      silentMs: Math.floor(this.#silentMs[host]!),
    }));
    const reasons = hosts.flatMap((report) => reasonOf(report) ?? []);
    return { isOk: reasons.length === 0, reasons, hosts };
  }
}
