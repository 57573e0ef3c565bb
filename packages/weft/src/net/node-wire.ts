import { connect, type Socket } from 'node:net';
import type { Dialer, Wire, WireEvents } from '@weft/base';
import { joinAddress, splitAddress } from './weft-url.ts';

/** A socket as a wire. */
class SocketWire implements Wire {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  get peer(): string {
    const { remoteAddress, remotePort } = this.#socket;
    return remoteAddress === undefined ? 'a Unix socket' : joinAddress(remoteAddress, remotePort!);
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
  dial(address, events, signal) {
    return new Promise((resolve, reject) => {
      const socket = address.startsWith('/') ? connect(address) : connect(splitAddress(address));
      const giveUp = (): void => void socket.destroy(new Error('it was given up'));
      signal?.addEventListener('abort', giveUp);
      socket.setNoDelay(true);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        signal?.removeEventListener('abort', giveUp);
        listen(socket, events);
        resolve(new SocketWire(socket));
      });
    });
  },
};

/** Serves a connection that came. */
export function serveSocket(socket: Socket, accept: (wire: Wire) => WireEvents): void {
  const wire = new SocketWire(socket);
  // Asked for once, the socket still knows it when it is closed.
  void wire.peer;
  listen(socket, accept(wire));
}
