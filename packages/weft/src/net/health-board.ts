/**
 * What the health thread knows of the hosts: cells that they write and it reads, so that a host that hangs says so by its silence.
 *
 * | cell | what |
 * |---|---|
 * | 0 | state: its place in HOST_STATES |
 * | 1 | beats: how often its loop has looked |
 * | 2 | per cent of its data that were read, while it recovers |
 * | 3 | connections |
 */
const HOST_STATES = ['starting', 'recovering', 'ready', 'draining'] as const;
export type HostState = (typeof HOST_STATES)[number];

/** How often a host shows that its loop turns. */
export const BEAT_MS = 100;

const CELLS = 4;

export function newHealthBoard(hosts: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(new SharedArrayBuffer(4 * CELLS * hosts));
}

/** What a host shows of itself. */
export class HostHealth {
  readonly #cells: Int32Array;

  constructor(board: Int32Array, host: number) {
    this.#cells = board.subarray(CELLS * host, CELLS * (host + 1));
  }

  get state(): HostState {
    return HOST_STATES[Atomics.load(this.#cells, 0)] ?? 'starting';
  }

  set state(state: HostState) {
    Atomics.store(this.#cells, 0, HOST_STATES.indexOf(state));
  }

  /** The loop has turned. */
  beat(): void {
    Atomics.add(this.#cells, 1, 1);
  }

  get beats(): number {
    return Atomics.load(this.#cells, 1);
  }

  get percent(): number {
    return Atomics.load(this.#cells, 2);
  }

  set percent(percent: number) {
    Atomics.store(this.#cells, 2, Math.floor(percent));
  }

  get connections(): number {
    return Atomics.load(this.#cells, 3);
  }

  set connections(connections: number) {
    Atomics.store(this.#cells, 3, connections);
  }
}
