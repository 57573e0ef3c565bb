import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Dialer, Wire, WireEvents } from '@weft/base';

/** A socket as a wire. */
class SocketWire implements Wire {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

function listen(socket: Socket, events: WireEvents): void {
  let failure: Error | undefined;
  socket.on('data', (bytes) => events.received(bytes));
  socket.on('drain', () => events.drained());
  socket.on('error', (error) => (failure = error));
  socket.on('close', () => events.closed(failure));
}

/** Opens sockets of TCP, and of the same machine where the address is a path. */
export const nodeDialer: Dialer = {
  dial(address, events) {
    return new Promise((resolve, reject) => {
      const socket = address.startsWith('/') ? connect(address) : connect(portOf(address), hostOf(address));
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        listen(socket, events);
        resolve(new SocketWire(socket));
      });
    });
  },
};

/** Serves a connection that came. */
export function serveSocket(socket: Socket, accept: (wire: Wire) => WireEvents): void {
  listen(socket, accept(new SocketWire(socket)));
}

/** Accepts connections on a port of loopback, or a path. Resolves once it listens. */
export function listenOn(
  place: { readonly port: number; readonly host: string } | { readonly path: string },
  accept: (wire: Wire) => WireEvents,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, (socket) => listen(socket, accept(new SocketWire(socket))));
    server.once('error', reject);
    server.listen(place, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}

export const PORT_DEFAULT = 7420;

/** The address, `host`, `host:port`, `[::1]:port`. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

function portOf(address: string): number {
  return Number(/:(\d+)$/.exec(address)?.[1] ?? PORT_DEFAULT);
}
