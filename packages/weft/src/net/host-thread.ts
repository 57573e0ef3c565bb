/** A host: an event loop of its own, with its partitions, its port and its data directory. */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '@weft/base';
import type { Member } from '@weft/member';
import { openGrid } from '../create-grid.ts';
import type { EmbeddedGrid } from '../embedded-grid.ts';
import { threadTurns } from '../host/thread-turns.ts';
import { Door } from './door.ts';
import type { EventLevel, EventSubject } from './event-log.ts';
import { BEAT_MS, HostHealth } from './health-board.ts';
import type { FromHost, HostAddresses, HostData, ToHost } from './member-messages.ts';
import { refusalOf } from './refusal.ts';
import { serveBehind } from './serve.ts';
import { socketOf } from './start-settings.ts';

const port = must(parentPort, 'host-thread runs as a worker thread');

class HostThread {
  readonly #data: HostData;
  readonly #health: HostHealth;
  #door: Door | undefined;
  #grid: EmbeddedGrid | undefined;
  #member: Member | undefined;

  constructor(data: HostData) {
    this.#data = data;
    this.#health = new HostHealth(data.board, data.host);
    const beat = (): void => {
      this.#health.beat();
      this.#health.connections = this.#door?.connections ?? 0;
    };
    // Its code is loaded by now: a loop that hangs before its next beat is told by that one's absence.
    beat();
    setInterval(beat, BEAT_MS);
  }

  async start(): Promise<void> {
    const { settings, host, first, partitions, total, directory, memoryBytes } = this.#data;
    const { address, socket, durability } = settings;
    const advice = 'stop that process, or choose another --port';
    const place = { address, port: settings.ports[host]!, advice, socket: socketOf(socket, host) };
    this.#door = await Door.open(place);
    say({ kind: 'listening', port: this.#door.port });
    this.#health.state = 'recovering';
    this.#grid = await openGrid(
      {
        partitions,
        memory: memoryBytes,
        durability,
        dataDir: directory,
        onRecovery: ({ bytes, bytesTotal }) =>
          (this.#health.percent = bytesTotal === 0 ? 0 : (100 * bytes) / bytesTotal),
      },
      { first, total },
      threadTurns,
    );
    this.#tellRecovery(this.#grid);
    say({ kind: 'recovered' });
  }

  serve(hosts: HostAddresses, sockets: HostAddresses | undefined): void {
    const { settings, host, total } = this.#data;
    this.#member = serveBehind(must(this.#door, 'a host serves behind its door'), {
      space: settings.space,
      grid: must(this.#grid, 'a host serves once its grid is there'),
      partitions: total,
      hosts: withoutOwn(hosts, host),
      sockets: sockets && withoutOwn(sockets, host),
      log: ({ level, message, cause, peer, trace }) =>
        log(level, cause instanceof Error ? `${message}\n${cause.stack}` : message, { peer, trace }),
    });
    this.#health.state = 'ready';
    say({ kind: 'serving' });
  }

  /** No new work; what runs may go on for a while; all that was acknowledged is on disk. */
  async drain(): Promise<void> {
    const { drainMs } = this.#data.settings;
    this.#health.state = 'draining';
    await this.#door?.stopListening();
    const drained = this.#member?.drain();
    if (!(await within(drainMs, drained))) log('warn', `work was still running after ${drainMs} ms, and is cut off`);
    try {
      await this.#grid?.close();
    } catch (error) {
      // A journal that takes nothing more: what it has not taken was not acknowledged either, where that was asked for.
      return say({ kind: 'refused', ...(await refusalOf(error)) });
    }
    // What was cut off has its answer now.
    await within(ANSWER_MS_MAX, drained);
    await this.#door?.close();
    say({ kind: 'drained' });
    process.exit();
  }

  #tellRecovery(grid: EmbeddedGrid): void {
    const { recovery } = grid.stats().log;
    if (recovery === undefined) return;
    const { changes, durationMs } = recovery;
    log('info', `read ${this.#data.directory}: ${changes} changes, in ${Math.ceil(durationMs)} ms`);
  }
}

/** How long answers to calls that were cut off may take to be written. */
const ANSWER_MS_MAX = 1000;

/** Whether it is over within the time. */
async function within(ms: number, work: Promise<unknown> | undefined): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const isOver = await Promise.race([Promise.resolve(work).then(() => true), late]);
  clearTimeout(timer);
  return isOver;
}

/** An empty address is the one that was dialled. */
function withoutOwn(hosts: HostAddresses, own: number): HostAddresses {
  return hosts.map((host, at) => (at === own ? { ...host, address: '' } : host));
}

function say(message: FromHost): void {
  port.postMessage(message);
}

function log(level: EventLevel, message: string, about?: EventSubject): void {
  say({ kind: 'log', level, message, ...about });
}

const thread = new HostThread(workerData as HostData);
port.on('message', (message: ToHost) => {
  if (message.kind === 'serve') thread.serve(message.hosts, message.sockets);
  else void thread.drain();
});
try {
  await thread.start();
} catch (error) {
  say({ kind: 'refused', ...(await refusalOf(error)) });
}
