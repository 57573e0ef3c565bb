import type { Dialer, Wire, WireEvents } from '@weft/base';
import type { SeededRandom } from '../seeded-random.ts';
import type { Scheduler } from '../time/scheduler.ts';
import type { SimProcess } from '../time/sim-process.ts';
import type { Trace } from '../trace.ts';
import { Flow } from './flow.ts';
import type { NetWeather, Path } from './lane.ts';
import { SimWire } from './sim-wire.ts';

/** How long an attempt to connect goes on where nothing answers. */
const DIAL_MS_MAX = 10_000;

/** How a connection is lost: both ends learn of it, or one of them late or never. */
export type CutWay = 'both' | 'client-first' | 'host-first' | 'client-never' | 'host-never';
export const CUT_WAYS: readonly CutWay[] = ['both', 'client-first', 'host-first', 'client-never', 'host-never'];

interface Connection {
  readonly client: SimWire;
  readonly host: SimWire;
  readonly path: Path;
}

interface Listener {
  readonly process: SimProcess;
  readonly accept: (wire: Wire) => WireEvents;
}

/** The network of a run. Within a connection bytes keep their order; between connections nothing does. */
export class SimNet {
  readonly #scheduler: Scheduler;
  readonly #random: SeededRandom;
  readonly #trace: Trace;
  readonly #weather: NetWeather;
  readonly #listeners = new Map<string, Listener>();
  readonly #connections = new Set<Connection>();
  /** Connections that were made over each path. */
  readonly #made = new Map<Path, number>();
  #split = 0;
  #lostDials = 0;
  #overtaken = 0;

  constructor(scheduler: Scheduler, random: SeededRandom, trace: Trace, weather: NetWeather) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#trace = trace;
    this.#weather = weather;
  }

  /** Accepts connections for a process while it lives, or until another listens at the address. */
  listen(address: string, process: SimProcess, accept: (wire: Wire) => WireEvents): void {
    this.#listeners.set(address, { process, accept });
  }

  /** Nobody listens there any more. */
  unlisten(address: string): void {
    this.#listeners.delete(address);
  }

  dialer(process: SimProcess, path: Path): Dialer {
    return { dial: (address, events) => this.#dial(address, process, path, events) };
  }

  /** What happened to bytes and connections. `overtaken`: they came behind those of a later connection, which may be the same once more. */
  counts(paths: readonly Path[]): Map<string, number> {
    const slow = paths.reduce((sum, { there, back }) => sum + there.slow + back.slow, 0);
    const held = paths.reduce((sum, { there, back }) => sum + there.held + back.held, 0);
    const { size } = this.#made;
    const again = [...this.#made.values()].reduce((sum, made) => sum + made, 0) - size;
    return new Map([
      ['slow', slow],
      ['held', held],
      ['split', this.#split],
      ['lost-dial', this.#lostDials],
      ['overtaken', this.#overtaken],
      ['connected-again', again],
    ]);
  }

  /** Connections over these paths, or all. */
  cut(way: CutWay, path: Path | undefined): number {
    const found = [...this.#connections].filter(
      (each) => (path === undefined || each.path === path) && !(each.client.isClosed && each.host.isClosed),
    );
    for (const each of found) this.#cut(each, way);
    return found.length;
  }

  /** The machine of a process has lost power: nobody tells the other ends of its connections. */
  lostPower(process: SimProcess): void {
    for (const each of this.#connections) {
      if (each.host.process !== process) continue;
      this.#connections.delete(each);
      each.host.out.drop();
      this.#goStale(each.client);
    }
  }

  /** A process was killed: its machine says so to the other ends. */
  killed(process: SimProcess): void {
    for (const each of this.#connections) {
      if (each.host.process !== process && each.client.process !== process) continue;
      this.#connections.delete(each);
      const [dead, other] = each.host.process === process ? [each.host, each.client] : [each.client, each.host];
      dead.out.end(new Error('read ECONNRESET'));
      this.#goStale(other);
    }
  }

  #dial(address: string, process: SimProcess, path: Path, events: WireEvents): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const fail = (text: string, delayMs: number): void =>
        void process.after(delayMs, () => reject(new Error(`connect ${text} ${address}`)));
      if (this.#isDialLost()) return fail('ETIMEDOUT', this.#random.between(50, 3000));
      const atMs = Math.max(this.#scheduler.nowMs + path.there.delayMs(), path.there.openAtMs);
      if (atMs > this.#scheduler.nowMs + DIAL_MS_MAX) return fail('ETIMEDOUT', DIAL_MS_MAX);
      const arrive = (): void => {
        const listener = this.#listeners.get(address);
        if (listener === undefined || listener.process.isDead) return fail('ECONNREFUSED', path.back.delayMs());
        const { readyAtMs } = listener.process;
        if (this.#scheduler.nowMs < readyAtMs) return void this.#scheduler.at(readyAtMs, arrive);
        if (process.isDead) return;
        const wire = this.#connect(process, listener, path);
        const backMs = Math.max(path.back.delayMs(), path.back.openAtMs - this.#scheduler.nowMs);
        process.after(backMs, () => {
          if (wire.isClosed) return reject(new Error(`connect ECONNRESET ${address}`));
          wire.open(this.#noted(`${process.name} <-`, events));
          resolve(wire);
        });
      };
      this.#scheduler.at(atMs, arrive);
    });
  }

  #connect(process: SimProcess, listener: Listener, path: Path): SimWire {
    const client = new SimWire(process);
    const host = new SimWire(listener.process);
    client.out = host.in = new Flow(this.#scheduler, path.there, host, (bytes) => client.left(bytes));
    host.out = client.in = new Flow(this.#scheduler, path.back, client, (bytes) => host.left(bytes));
    client.pieces = host.pieces = (bytes) => this.#pieces(bytes);
    this.#connections.add({ client, host, path });
    const number = (this.#made.get(path) ?? 0) + 1;
    this.#made.set(path, number);
    const events = this.#noted(`${process.name} ->`, listener.accept(host));
    host.open({
      ...events,
      received: (bytes) => {
        if (this.#made.get(path) !== number) this.#overtaken++;
        events.received(bytes);
      },
    });
    return client;
  }

  #noted(name: string, events: WireEvents): WireEvents {
    const note = (text: string): void => this.#trace.note(this.#scheduler.nowMs, `${name} ${text}`);
    return {
      received: (bytes) => {
        note(`${bytes.length} bytes`);
        events.received(bytes);
      },
      drained: () => events.drained(),
      closed: (error) => {
        note(`closed ${error?.message ?? ''}`);
        events.closed(error);
      },
    };
  }

  #isDialLost(): boolean {
    const isLost = this.#random.chance(this.#weather.lostDialShare);
    if (isLost) this.#lostDials++;
    return isLost;
  }

  #pieces(bytes: Uint8Array): readonly Uint8Array[] {
    if (bytes.length < 2 || !this.#random.chance(this.#weather.splitShare)) return [bytes];
    this.#split++;
    const at = 1 + this.#random.below(bytes.length - 1);
    return [bytes.subarray(0, at), bytes.subarray(at)];
  }

  #cut(connection: Connection, way: CutWay): void {
    this.#connections.delete(connection);
    const { client, host } = connection;
    const soonMs = this.#random.delayMs(5);
    const lateMs = soonMs + this.#random.delayMs(200);
    if (way === 'client-never') this.#goStale(client);
    else this.#close(client, way === 'host-first' ? lateMs : soonMs);
    if (way === 'host-never') this.#goStale(host);
    else this.#close(host, way === 'client-first' ? lateMs : soonMs);
  }

  /** Until then what is under way to it still arrives. */
  #close(wire: SimWire, afterMs: number): void {
    this.#scheduler.after(afterMs, () => wire.close(new Error('read ECONNRESET')));
  }

  /** The other end is gone without a word: whoever sends learns of it, others never. */
  #goStale(wire: SimWire): void {
    wire.onStale = () => {
      wire.onStale = () => undefined;
      this.#close(wire, this.#random.between(1, 500));
    };
  }
}
