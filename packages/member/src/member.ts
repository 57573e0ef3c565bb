import type { Host } from '@weft/client';
import type { Random, Wire, WireEvents } from '@weft/base';
import { IN_FLIGHT_MAX, type Welcome } from '@weft/protocol';
import { Connection, type ConnectionHost, type ConnectionOptions } from './connection.ts';
import { EncodedEvents } from './encoded-events.ts';
import { Session } from './session.ts';

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
    const connection = new Connection(this, wire, hosts, () => this.#connections.delete(connection));
    this.#connections.add(connection);
    return connection;
  }

  /** The session that is there still, or a new one. */
  session(name: string | undefined): { readonly session: Session; readonly isResumed: boolean } {
    const known = name === undefined ? undefined : this.#sessions.get(name);
    if (known !== undefined) return { session: known, isResumed: true };
    const { host } = this.options;
    const parts = { host, events: this.#events };
    const session = new Session(randomName(host.random), parts, IN_FLIGHT_MAX, ({ name: over }) =>
      this.#sessions.delete(over),
    );
    this.#sessions.set(session.name, session);
    return { session, isResumed: false };
  }

  /** Takes no new work, ends what runs, tells clients. Resolves once nothing is under way. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    for (const connection of this.#connections) connection.goAway('the host is stopping');
    await Promise.all([...this.#sessions.values()].map((session) => session.idle()));
    for (const connection of this.#connections) connection.end();
  }
}

function randomName(random: Random): string {
  return Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
}
