import type { Host } from '@weft/client';
import type { Random, WeftError, Wire, WireEvents } from '@weft/base';
import { IN_FLIGHT_MAX, type Welcome } from '@weft/protocol';
import { authorize as onLoopback, type Authorize } from './authorize.ts';
import { Admission, overloaded } from './admission.ts';
import { Connection, UNREAD_BYTES_MAX, type ConnectionHost, type ConnectionOptions } from './connection.ts';
import { Declarations } from './declarations.ts';
import { EncodedEvents } from './encoded-events.ts';
import type { MemberStats } from './member-stats.ts';
import { RareLog } from './rare-log.ts';
import { HOST_HELD_BYTES_MAX } from './held-rows.ts';
import { OUTBOXES_BYTES_MAX } from './outbox.ts';
import { KEPT_BYTES_MAX, Session, type SessionParts } from './session.ts';
import { SharedBytes } from './shared-bytes.ts';

/** Connections of a host. */
export const CONNECTIONS_MAX = 16_384;
/** Connections that have not said yet who they are; the oldest gives way to the next. */
export const HANDSHAKES_MAX = 1024;
/** Sessions of a host, those without connection among them; the one that is without for longest gives way. */
export const SESSIONS_MAX = 32_768;
/** How often it is looked which connections are silent. */
const SILENCE_LOOK_MS = 5000;
/** When a connection may come again that there was no room for. */
const RETRY_MS = 1000;

/** How long a host that stops waits for clients to go, once they have their answers. */
export const FAREWELL_MS_MAX = 2000;

export interface MemberOptions extends ConnectionOptions {
  readonly host: Host;
  /** Every request passes it; unless given everyone on loopback may do everything. */
  readonly authorize?: Authorize;
}

/** One host of a grid as its clients see it: whole but for its sockets. */
export class Member implements ConnectionHost {
  readonly options: MemberOptions;
  /** Of this run. */
  readonly incarnation: string;
  readonly log: RareLog;
  readonly declarations = new Declarations();
  readonly outboxes = new SharedBytes(OUTBOXES_BYTES_MAX);
  readonly unread = new SharedBytes(UNREAD_BYTES_MAX);
  readonly #admission: Admission;
  readonly #parts: SessionParts;
  readonly #sessions = new Map<string, Session>();
  readonly #connections = new Set<Connection>();
  /** Those that have not said who they are, the oldest first. */
  readonly #strangers = new Set<Connection>();
  #isDraining = false;
  #onEmpty: () => void = () => undefined;
  #isLooking = false;
  #refusedConnections = 0;

  constructor(options: MemberOptions) {
    const { host, grid, space, log, authorize = onLoopback } = options;
    this.options = options;
    this.incarnation = randomName(host.random);
    this.log = new RareLog(host.clock, log);
    this.#admission = new Admission(host.clock, host.timers);
    this.#parts = {
      host,
      grid,
      space,
      authorize,
      events: new EncodedEvents(),
      admission: this.#admission,
      kept: new SharedBytes(KEPT_BYTES_MAX),
      held: new SharedBytes(HOST_HELD_BYTES_MAX),
      log: (event) => this.log.add(event),
    };
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  get connections(): number {
    return this.#connections.size;
  }

  stats(): MemberStats {
    const sessions = [...this.#sessions.values()].map(({ counts }) => counts);
    const connections = [...this.#connections];
    return {
      connections: connections.length,
      handshakes: this.#strangers.size,
      refusedConnections: this.#refusedConnections,
      unreadBytes: this.unread.bytes,
      outboxBytes: sum(connections, ({ bufferedBytes }) => bufferedBytes),
      fullOutboxes: connections.filter(({ isFull }) => isFull).length,
      sessions: sessions.length,
      streams: sum(sessions, ({ streams }) => streams),
      keptReplyBytes: this.#parts.kept.bytes,
      heldRowBytes: this.#parts.held.bytes,
      encodedEventBytes: this.#parts.events.keptBytes,
      ...this.declarations.counts,
      ...this.#admission.counts,
      untoldEvents: this.log.untold,
    };
  }

  /** Serves a connection that was opened. The answer hears what becomes of it. `hosts`: the addresses for who came this way. */
  accept(wire: Wire, hosts: Welcome['hosts'] = this.options.hosts): WireEvents {
    const connection = new Connection(this, wire, hosts, () => this.#gone(connection));
    this.#connections.add(connection);
    this.#strangers.add(connection);
    for (const stranger of this.#strangers) {
      if (this.#strangers.size <= HANDSHAKES_MAX) break;
      this.#strangers.delete(stranger);
      stranger.giveWay(`HANDSHAKES_MAX, ${HANDSHAKES_MAX}, connections have not said who they are`);
    }
    this.#lookLater();
    return connection;
  }

  greeted(connection: Connection): void {
    this.#strangers.delete(connection);
  }

  refusal(): WeftError | undefined {
    if (this.#connections.size <= CONNECTIONS_MAX) return undefined;
    this.#refusedConnections++;
    return overloaded(`The host has CONNECTIONS_MAX, ${CONNECTIONS_MAX}, connections.`, RETRY_MS);
  }

  /** The session that is there still, or a new one. */
  session(name: string | undefined): { readonly session: Session; readonly isResumed: boolean } {
    const known = name === undefined ? undefined : this.#sessions.get(name);
    if (known !== undefined) return { session: known, isResumed: true };
    if (this.#sessions.size >= SESSIONS_MAX) this.#endOldest();
    const session = new Session(randomName(this.options.host.random), this.#parts, IN_FLIGHT_MAX, ({ name: over }) =>
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

  #gone(connection: Connection): void {
    this.#connections.delete(connection);
    this.#strangers.delete(connection);
    if (this.#connections.size === 0) this.#onEmpty();
  }

  /** There are fewer connections than sessions may be, so one is without. */
  #endOldest(): void {
    for (const session of this.#sessions.values()) if (session.outlet === undefined) return session.end();
  }

  #lookLater(): void {
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.options.host.timers.after(SILENCE_LOOK_MS, () => this.#look(), 'idle');
  }

  #look(): void {
    this.#isLooking = false;
    const nowMs = this.options.host.clock.monotonicMs();
    for (const connection of this.#connections) connection.checkSilence(nowMs);
    if (this.#connections.size > 0) this.#lookLater();
  }
}

function sum<T>(items: readonly T[], amountOf: (item: T) => number): number {
  return items.reduce((total, item) => total + amountOf(item), 0);
}

function randomName(random: Random): string {
  return Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('');
}
