import { createServer, type Server, type Socket } from 'node:net';
import type { Wire, WireEvents } from '@weft/base';
import { UnsuitableError } from '../cli/failure.ts';
import { serveSocket } from './node-wire.ts';
import { SocketFile } from './socket-file.ts';

/** Connections that wait until a host that starts can serve them. */
export const WAITING_MAX = 1024;
/** How long connections may take to send what is left, at the end. */
const SEND_MS_MAX = 1000;

export interface DoorPlace {
  readonly address: string;
  readonly port: number;
  /** What to do where the port is taken. */
  readonly advice: string;
  readonly socket: string | undefined;
}

/** Serves a connection; `way`: how it came. */
export type Accept = (wire: Wire, way: 'tcp' | 'socket') => WireEvents;

/** Where a host listens: from its start, so that what is wrong with a port is said at once, though connections wait until there is somebody to serve them. */
export class Door {
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #file: SocketFile | undefined;
  #waiting: { readonly socket: Socket; readonly way: 'tcp' | 'socket' }[] = [];
  #accept: Accept | undefined;

  /** Throws UnsuitableError. */
  static async open({ address, port, advice, socket }: DoorPlace): Promise<Door> {
    const door = new Door();
    try {
      await listen(door.#server('tcp'), { host: address, port }, advice);
      if (socket !== undefined) door.#file = await SocketFile.open(socket, door.#server('socket'));
      return door;
    } catch (error) {
      await door.close();
      throw error;
    }
  }

  get port(): number {
    const found = this.#servers[0]?.address();
    return typeof found === 'object' && found !== null ? found.port : 0;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** From here on connections are served, those that waited first. */
  serve(accept: Accept): void {
    this.#accept = accept;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { socket, way } of waiting) if (!socket.destroyed) serveSocket(socket, (wire) => accept(wire, way));
  }

  /** No new connections. */
  async stopListening(): Promise<void> {
    for (const server of this.#servers) server.close();
    await this.#file?.remove();
    this.#file = undefined;
  }

  /** Ends all connections once they have sent what waits, or after SEND_MS_MAX. */
  async close(): Promise<void> {
    await this.stopListening();
    const all = [...this.#sockets];
    const over = Promise.all(all.map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    for (const socket of all) socket.end();
    const cut = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, SEND_MS_MAX);
    await over;
    clearTimeout(cut);
  }

  #server(way: 'tcp' | 'socket'): Server {
    const server = createServer({ noDelay: true }, (socket) => this.#came(socket, way));
    this.#servers.push(server);
    return server;
  }

  #came(socket: Socket, way: 'tcp' | 'socket'): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    const accept = this.#accept;
    if (accept !== undefined) return serveSocket(socket, (wire) => accept(wire, way));
    // A wait that its client gives up is no error of anybody.
    socket.on('error', () => undefined);
    if (this.#waiting.length >= WAITING_MAX) socket.destroy();
    else this.#waiting.push({ socket, way });
  }
}

function listen(
  server: Server,
  place: { readonly host: string; readonly port: number },
  advice: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, place, advice)));
    server.listen({ ...place, exclusive: true }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

/** What is wrong with a port, and what to do. */
export function portError(
  { code, message }: { readonly code?: string | undefined; readonly message: string },
  { host, port }: { readonly host: string; readonly port: number },
  advice: string,
): UnsuitableError {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is in use by another process',
    EACCES: 'may not be opened by this user',
    EADDRNOTAVAIL: 'is of an address that this machine does not have',
  };
  const reason = reasons[code ?? ''] ?? `cannot be opened: ${message}`;
  return new UnsuitableError(`port ${port} of ${host} ${reason}`, advice);
}
