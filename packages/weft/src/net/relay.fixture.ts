/** Test help: stands between a client and a host, and loses what it is told to. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class Relay {
  readonly port: number;
  readonly #server: Server;
  #target: number;
  #isHolding = false;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #onHeld: (() => void) | undefined;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near) => this.#join(near));
  }

  /** `port`: where it listens, 0 for any that is free. */
  static async open(target: number, port = 0): Promise<Relay> {
    const server = createServer().listen(port, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new Relay(server, target);
  }

  /** Answers of the host are not passed on any more. */
  holdAnswers(): void {
    this.#isHolding = true;
  }

  /** Resolves once an answer is held. */
  answerHeld(): Promise<void> {
    return new Promise((resolve) => (this.#onHeld = resolve));
  }

  /** Cuts all connections; later ones go there. */
  turnTo(port: number): void {
    this.#target = port;
    this.cut();
    this.#isHolding = false;
  }

  /** Connections that come from now on go there. */
  turnNext(port: number): void {
    this.#target = port;
  }

  /** Cuts all connections; how many there were. */
  cut(): number {
    const { size } = this.#pairs;
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    return size;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.cut();
    await closed;
  }

  #join(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far] as const;
    this.#pairs.add(pair);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => (this.#isHolding ? this.#onHeld?.() : near.write(bytes)));
    for (const [one, other] of [pair, [far, near]] as const)
      one
        .on('error', () => other.destroy())
        .on('close', () => {
          other.destroy();
          this.#pairs.delete(pair);
        });
  }
}
