import type { Host } from '@weft/client';
import type { Random, Wire, WireEvents } from '@weft/base';
import { IN_FLIGHT_MAX, type Welcome } from '@weft/protocol';
import { Connection, type ConnectionHost, type ConnectionOptions } from './connection.ts';
import { EncodedEvents } from './encoded-events.ts';
import { Session } from './session.ts';

/** How long a host that stops waits for clients to go, once they have their answers. */
export const FAREWELL_MS_MAX = 2000;

export interface MemberOptions extends ConnectionOptions {
  readonly host: Host;
}

/** One host of a grid as its clients see it: whole but for its sockets. */
export class Member implements ConnectionHost {
  readonly options: MemberOptions;
  /** Of this run. */
  readonly incarnation: string;
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Set<Connection>();
  readonly #events = new EncodedEvents();
  #isDraining = false;
  #onEmpty: () => void = () => undefined;

  constructor(options: MemberOptions) {
    this.options = options;
    this.incarnation = randomName(options.host.random);
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Serves a connection that was opened. The answer hears what becomes of it. `hosts`: the addresses for who came this way. */
  accept(wire: Wire, hosts: Welcome['hosts'] = this.options.hosts): WireEvents {
    const connection = new Connection(this, wire, hosts, () => this.#gone(connection));
    this.#connections.add(connection);
    return connection;
  }

  #gone(connection: Connection): void {
    this.#connections.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty();
  }

  /** The session that is there still, or a new one. */
  session(name: string | undefined): { readonly session: Session; readonly isResumed: boolean } {
    const known = name === undefined ? undefined : this.#sessions.get(name);
    if (known !== undefined) return { session: known, isResumed: true };
    const { host, grid, space } = this.options;
    const parts = { host, grid, space, events: this.#events };
    const session = new Session(randomName(host.random), parts, IN_FLIGHT_MAX, ({ name: over }) =>
      this.#sessions.delete(over),
    );
    this.#sessions.set(session.name, session);
    if (this.#isDraining) void session.drain();
    return { session, isResumed: false };
  }

  /** Takes no new work, ends what runs, tells clients. Resolves once nothing is under way. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    for (const connection of this.#connections) connection.goAway('the host is stopping');
    await Promise.all([...this.#sessions.values()].map((session) => session.drain()));
    await this.#farewell();
    for (const connection of this.#connections) connection.end();
  }

  /** Waits until the clients have gone: what they had sent when they were told has its answer then. */
  #farewell(): Promise<void> {
    if (this.#connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const off = this.options.host.timers.after(FAREWELL_MS_MAX, resolve);
      this.#onEmpty = () => {
        off();
        resolve();
      };
    });
  }
}

function randomName(random: Random): string {
  return Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
}
