import { fork, type ChildProcess } from 'node:child_process';
import { UnsuitableError } from '../cli/failure.ts';
import { memberUrl } from '../net/launcher.ts';
import type { FromMember, Refusal, ToMember } from '../net/member-messages.ts';
import { DRAIN_MS_DEFAULT, LIVE_MS_DEFAULT, type StartSettings } from '../net/start-settings.ts';

const SPACE = 'flights';
/** Of what the server says, the end, which tells why it ended. */
const TEXT_KEPT_MAX = 4096;
/** The server of a demo that was killed takes a moment to give the directory back. */
const ATTEMPTS_MAX = 20;
const ATTEMPT_EVERY_MS = 250;

/** A server in a process of its own, which keeps every acknowledged flight in a directory. It ends with this process, however that ends. */
export class FlightServer implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #text = '';
  #isStopping = false;
  #port: number | undefined;
  #failure: Error | undefined;

  private constructor(directory: string) {
    // In a group of its own: what ends the demo's whole group is for the demo, which then asks its last figures.
    this.#child = fork(memberUrl(), { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], detached: true });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#text = (this.#text + text).slice(-TEXT_KEPT_MAX);
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', () => resolve()));
    this.#child.once('close', (code, signal) => this.#gone(signal ?? `code ${code}`));
    this.#send({ kind: 'start', settings: settingsOf(directory) });
  }

  /** Resolves once it serves what the directory holds. Throws UnsuitableError. */
  static async start(directory: string): Promise<FlightServer> {
    for (let attempt = 1; ; attempt++) {
      const server = new FlightServer(directory);
      const refusal = await server.#ready();
      if (refusal === undefined) return server;
      await server.#ended;
      if (refusal.code !== 'DATA_DIR_IN_USE' || attempt === ATTEMPTS_MAX) throw server.#failure;
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_EVERY_MS));
    }
  }

  get url(): string {
    return `weft://localhost:${this.#port}/${SPACE}`;
  }

  /** Why it is gone, where nobody wanted that. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#send({ kind: 'drain' });
    await this.#ended;
  }

  /** Resolves once it serves, or why it does not. */
  async #ready(): Promise<Refusal | undefined> {
    const serving = new Promise<Refusal | undefined>((resolve) => {
      this.#child.on('message', (message: FromMember) => {
        if (message.kind === 'ready') this.#port = message.ports[0];
        else this.#failure = new UnsuitableError(`the server cannot start: ${message.message}`, 'see to that first');
        resolve(message.kind === 'ready' ? undefined : message);
      });
    });
    const ended = this.#ended.then((): Refusal => ({ message: 'it ended', code: undefined }));
    return Promise.race([serving, ended]);
  }

  #gone(how: string): void {
    if (this.#isStopping) return;
    const last = this.#text.trimEnd();
    const said = last === '' ? '' : `, having said:\n${last}\n`;
    const fix = 'start the demo again: with its --data-dir it goes on where it was';
    this.#failure ??= new UnsuitableError(`the server ended with ${how}${said}`, fix);
  }

  #send(message: ToMember): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

function settingsOf(directory: string): StartSettings {
  return {
    space: SPACE,
    partitions: undefined,
    hosts: 1,
    address: '127.0.0.1',
    ports: [0],
    healthPort: undefined,
    socket: undefined,
    dataDir: directory,
    durability: 'sync',
    memoryBytes: undefined,
    drainMs: DRAIN_MS_DEFAULT,
    liveMs: LIVE_MS_DEFAULT,
    isJson: false,
  };
}
