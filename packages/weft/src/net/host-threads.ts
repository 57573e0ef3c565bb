import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { portError } from './door.ts';
import type { LogEvent } from './event-log.ts';
import { newHealthBoard } from './health-board.ts';
import type { FromHealth, FromHost, HealthData, HostAddresses, HostData, Refusal, ToHost } from './member-messages.ts';
import { refusalOf } from './refusal.ts';
import { planSpace } from './space-plan.ts';
import { socketOf, type StartSettings } from './start-settings.ts';
import { joinAddress } from './weft-url.ts';

/** What becomes of the threads. */
export interface ThreadEvents {
  log(event: LogEvent): void;
  ready(ports: readonly number[], healthPort: number | undefined): void;
  /** A thread cannot start here. */
  refused(refusal: Refusal): void;
  /** A thread is gone that should be there: the member must end, since its rows are. */
  died(thread: string, reason: string): void;
  /** All hosts have ended as they were told to. */
  drained(): void;
}

/** The modules that the threads run: others in tests. */
export interface ThreadModules {
  readonly host: URL;
  readonly health: URL;
}

interface HostState {
  readonly worker: Worker;
  readonly data: HostData;
  port: number | undefined;
  phase: 'starting' | 'recovered' | 'serving' | 'drained';
}

/** The threads of a member: one for each host, and one that says how they are. */
export class HostThreads {
  readonly #settings: StartSettings;
  readonly #events: ThreadEvents;
  readonly #modules: ThreadModules;
  readonly #board: Int32Array<SharedArrayBuffer>;
  #hosts: readonly HostState[] = [];
  #healthPort: number | undefined;
  #isServing = false;
  #isReady = false;

  constructor(settings: StartSettings, events: ThreadEvents, modules: ThreadModules = threadModules()) {
    this.#settings = settings;
    this.#events = events;
    this.#modules = modules;
    this.#board = newHealthBoard(settings.hosts);
  }

  async start(): Promise<void> {
    try {
      if (this.#settings.healthPort !== undefined) this.#startHealth(this.#settings.healthPort);
      const parts = await planSpace(this.#settings);
      this.#hosts = parts.map((part) => this.#startHost({ ...part, settings: this.#settings, board: this.#board }));
    } catch (error) {
      this.#events.refused(await refusalOf(error));
    }
  }

  /** Whether any host may have clients by now, and is to be drained. */
  get isServing(): boolean {
    return this.#isServing;
  }

  /** No new work: hosts end by themselves. */
  drain(): void {
    for (const { worker } of this.#hosts) worker.postMessage({ kind: 'drain' } satisfies ToHost);
  }

  #startHost(data: HostData): HostState {
    const worker = new Worker(this.#modules.host, { workerData: data, name: `host ${data.host}` });
    const state: HostState = { worker, data, port: undefined, phase: 'starting' };
    this.#watch(worker, `host ${data.host}`, () => state.phase === 'drained');
    worker.on('message', (message: FromHost) => this.#heard(state, message));
    return state;
  }

  #startHealth(healthPort: number): void {
    const { hosts, liveMs, address } = this.#settings;
    const workerData: HealthData = { board: this.#board, hosts, liveMs, address, healthPort };
    const worker = new Worker(this.#modules.health, { workerData, name: 'health' });
    this.#watch(worker, 'the health thread', () => false);
    worker.on('message', (message: FromHealth) => {
      if (message.kind === 'listening') this.#healthPort = message.port;
      else this.#refuseHealth(message, { host: address, port: healthPort });
      this.#readyIfAll();
    });
  }

  #refuseHealth(
    error: FromHealth & { readonly kind: 'refused' },
    place: { readonly host: string; readonly port: number },
  ): void {
    const advice = 'stop that process, choose another --health-port, or say --health-port none';
    void refusalOf(portError(error, place, advice)).then((refusal) => this.#events.refused(refusal));
  }

  #watch(worker: Worker, name: string, isOver: () => boolean): void {
    worker.on('error', (error: unknown) =>
      this.#events.died(name, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.on('exit', (code) => {
      if (!isOver()) this.#events.died(name, `it ended with code ${code}`);
    });
  }

  #heard(host: HostState, message: FromHost): void {
    switch (message.kind) {
      case 'listening':
        host.port = message.port;
        return;
      case 'log':
        return this.#events.log({
          level: message.level,
          from: `host ${host.data.host}`,
          message: message.message,
          peer: message.peer,
          trace: message.trace,
        });
      case 'refused':
        return this.#events.refused({ message: message.message, code: message.code });
      case 'recovered':
        host.phase = 'recovered';
        return this.#serveIfAll();
      case 'serving':
        host.phase = 'serving';
        return this.#readyIfAll();
      case 'drained':
        host.phase = 'drained';
        if (this.#hosts.every(({ phase }) => phase === 'drained')) this.#events.drained();
    }
  }

  /** A host tells its clients where the others are, so all must be there first. */
  #serveIfAll(): void {
    if (!this.#hosts.every(({ phase }) => phase === 'recovered')) return;
    const { socket, address } = this.#settings;
    const addresses = (of: (host: HostState) => string): HostAddresses =>
      this.#hosts.map((host) => ({ address: of(host), firstPartition: host.data.first }));
    this.#isServing = true;
    const hosts = addresses(({ port }) => joinAddress(address, port!));
    const sockets = socket === undefined ? undefined : addresses(({ data }) => resolve(socketOf(socket, data.host)!));
    for (const { worker } of this.#hosts) worker.postMessage({ kind: 'serve', hosts, sockets } satisfies ToHost);
  }

  #readyIfAll(): void {
    const isHealthReady = this.#settings.healthPort === undefined || this.#healthPort !== undefined;
    if (this.#isReady || !isHealthReady || this.#hosts.length === 0) return;
    if (!this.#hosts.every(({ phase }) => phase === 'serving')) return;
    this.#isReady = true;
    this.#events.ready(
      this.#hosts.map(({ port }) => port!),
      this.#healthPort,
    );
  }
}

/** The same modules as source and as build. */
export function threadModules(): ThreadModules {
  if (import.meta.url.endsWith('.ts'))
    return {
      host: new URL('./host-thread.ts', import.meta.url),
      health: new URL('./health-thread.ts', import.meta.url),
    };
  return { host: new URL('./host-thread.js', import.meta.url), health: new URL('./health-thread.js', import.meta.url) };
}
