/** Test help: what a work queue promises, in its plainest form, and a queue that is held against it at every row that it gives. */
import { assert } from '@weft/base';
import { finish, resolveWhere, type Holding, type SeekKind, type Seeker } from '@weft/data';
import { Job, settle, testQueue, type TestQueue } from './lease.fixture.ts';

export const LEASE_MS = 1000;
export const TRIES_MAX = 3;

interface ModelRow {
  readonly id: number;
  /** When it was inserted, as a count. */
  readonly order: number;
  account: string | undefined;
  status: string;
  state: 'free' | 'held' | 'delayed' | 'dead';
  tries: number;
  dueMs: number;
  holder: ModelWorker | undefined;
  /** Whether the others of its account wait for it. */
  isClosing: boolean;
}

export interface WorkerOptions {
  readonly kind: SeekKind;
  readonly status: string | undefined;
  readonly isGrouped: boolean;
  readonly credit: number;
}

interface ModelWorker {
  readonly options: WorkerOptions;
  readonly held: Map<Holding, ModelRow>;
  credit: number;
  since: number;
  seeker: Seeker;
}

/** A queue beside its model. Whatever the queue does that it must not throws. */
export class CheckedQueue {
  readonly queue: TestQueue;
  /** Work pauses at random: then who waits longest is not known at each step. */
  readonly #isPaused: boolean;
  readonly #rows = new Map<number, ModelRow>();
  #workers: ModelWorker[] = [];
  #count = 0;
  #failure: unknown;

  constructor(isOver?: () => boolean) {
    this.#isPaused = isOver !== undefined;
    this.queue = testQueue(Job, isOver === undefined ? {} : { isOver });
    // From here on it knows when rows come.
    this.queue.take();
  }

  put(id: number, account: string | undefined, status: string): void {
    const known = this.#rows.get(id);
    if (known === undefined)
      this.#rows.set(id, {
        id,
        order: this.#count++,
        account,
        status,
        state: 'free',
        tries: 0,
        dueMs: 0,
        holder: undefined,
        isClosing: false,
      });
    else if (!known.isClosing) Object.assign(known, { account, status });
    else Object.assign(known, { status });
    this.queue.put({
      id,
      status,
      ...((known?.account ?? account) === undefined
        ? {}
        : { account: known?.isClosing === true ? known.account : account }),
    });
  }

  drop(id: number): void {
    this.#rows.delete(id);
    this.queue.drop(id);
  }

  clear(): void {
    this.#rows.clear();
    this.queue.port.clear();
  }

  revive(id: number): void {
    const row = this.#rows.get(id);
    const isDead = row?.state === 'dead';
    expectEqual(this.queue.port.queue.revive(id), isDead, 'what revive answers');
    if (isDead) Object.assign(row!, { state: 'free', tries: 0 });
  }

  /** A `take` that does not wait. */
  take(status: string | undefined): void {
    const expected = this.#free({ status, isGrouped: false })[0];
    const got = this.queue.take(status === undefined ? undefined : { status });
    // Those who wait were served first.
    const left = this.#free({ status, isGrouped: false })[0];
    if (got === undefined) return expectEqual(left, undefined, 'a row is left though take found none');
    assert(expected !== undefined, 'take got a row that is not there');
    if (!this.#isPaused) expectEqual(got['id'], left?.id, 'take gets the oldest');
    this.#rows.delete(got['id'] as number);
  }

  join(options: WorkerOptions): void {
    const worker: ModelWorker = {
      options,
      held: new Map(),
      credit: options.kind === 'read' ? 1 : options.credit,
      since: this.#count++,
      seeker: undefined as never,
    };
    const { kind, status, isGrouped } = options;
    const checked = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        this.#failure ??= error;
      }
    };
    worker.seeker = this.queue.port.queue.seek({
      kind,
      where: resolveWhere(Job, status === undefined ? undefined : { status }),
      group: kind === 'lease' && isGrouped ? 'account' : undefined,
      leaseMs: LEASE_MS,
      maxTries: TRIES_MAX,
      wanted: () => worker.credit,
      give: (row, holding) => checked(() => this.#given(worker, row as { id: number }, holding)),
      lost: (holding) => checked(() => this.#lost(worker, holding)),
      died: (letter, holding) => checked(() => this.#died(worker, letter.key as number, holding)),
      fail: (error) => void (this.#failure ??= error),
      restart: () => undefined,
    });
    this.#workers.push(worker);
  }

  /** Goes, and gives back what it holds. */
  leave(at: number): void {
    const worker = this.#workers[at % this.#workers.length];
    if (worker === undefined) return;
    this.#remove(worker);
    for (const [holding, row] of worker.held) {
      this.#setFree(row);
      holding.release();
    }
    worker.held.clear();
  }

  /** Dies without a word: what it holds is free once its leases run out. */
  die(at: number): void {
    const worker = this.#workers[at % this.#workers.length];
    if (worker === undefined) return;
    this.#remove(worker);
  }

  wantMore(at: number): void {
    const worker = this.#workers[at % this.#workers.length];
    if (worker === undefined || worker.options.kind === 'read') return;
    if (worker.credit++ > 0) return;
    worker.since = this.#count++;
    worker.seeker.resume();
  }

  ack(at: number): void {
    const found = this.#heldAt(at);
    if (found === undefined) return;
    const [worker, holding, row] = found;
    worker.held.delete(holding);
    this.#rows.delete(row.id);
    holding.ack();
  }

  nack(at: number, delayMs: number): void {
    const found = this.#heldAt(at);
    if (found === undefined) return;
    const [worker, holding, row] = found;
    if (row.tries < TRIES_MAX) {
      worker.held.delete(holding);
      if (delayMs > 0) Object.assign(row, { state: 'delayed', dueMs: this.queue.time.ms + delayMs, holder: undefined });
      else this.#setFree(row);
    }
    holding.nack(delayMs, 'no');
  }

  renew(at: number): void {
    const found = this.#heldAt(at);
    if (found === undefined) return;
    found[2].dueMs = this.queue.time.ms + 2 * LEASE_MS;
    found[1].renew(2 * LEASE_MS);
  }

  /** Who comes last is given all that is left, each row once, but for dead letters: nothing is lost. */
  async finish(): Promise<void> {
    await this.settle(10 * LEASE_MS);
    for (const { seeker } of this.#workers.splice(0)) seeker.end();
    const { size } = this.#rows;
    expectEqual(finish(this.queue.port.count(undefined)), size, 'rows in the table');
    this.join({ kind: 'take', status: undefined, isGrouped: false, credit: size });
    await this.settle(10 * LEASE_MS);
    const left = [...this.#rows.values()].filter(({ state }) => state !== 'dead');
    expectEqual(left.length, 0, 'rows that nobody was given');
  }

  /** Lets all that is due happen, and looks whether nothing is left undone. */
  async settle(passMs = 0): Promise<void> {
    await settle();
    if (passMs > 0) await this.queue.time.pass(passMs);
    for (const row of this.#rows.values()) if (row.state === 'delayed' && this.#isDue(row)) this.#setFree(row);
    if (this.#failure !== undefined) throw this.#failure;
    for (const { options, credit } of this.#workers)
      if (credit > 0) expectEqual(this.#free(options)[0], undefined, 'somebody waits for a row that is there');
    this.#expectCounts();
  }

  #given(worker: ModelWorker, { id }: { readonly id: number }, holding: Holding | undefined): void {
    const row = this.#rows.get(id);
    assert(row !== undefined, 'a row is given that is not there');
    const { options } = worker;
    assert(worker.credit > 0, 'a row is given to who wants none');
    const free = this.#free(options);
    assert(free.includes(row), `row ${id} is given to who must not have it`);
    const first =
      options.isGrouped && options.kind === 'lease'
        ? (free.find((other) => other.account === row.account && row.account !== undefined) ?? row)
        : free[0];
    if (!this.#isPaused) expectEqual(row.id, first?.id, 'the oldest comes first');
    else if (options.isGrouped && options.kind === 'lease')
      expectEqual(row.id, first?.id, 'the oldest of a group comes first');
    if (!this.#isPaused && options.kind !== 'read') this.#expectLongest(worker, row);
    worker.credit--;
    worker.since = this.#count++;
    if (options.kind === 'take') this.#rows.delete(id);
    if (options.kind === 'read') this.#remove(worker);
    if (options.kind !== 'lease') return;
    assert(row.tries < TRIES_MAX, 'a row that was tried often enough is given');
    holding!.handOut();
    worker.held.set(holding!, row);
    Object.assign(row, {
      state: 'held',
      tries: row.tries + 1,
      dueMs: this.queue.time.ms + LEASE_MS,
      holder: worker,
      isClosing: options.isGrouped && row.account !== undefined,
    });
  }

  #expectLongest(worker: ModelWorker, row: ModelRow): void {
    for (const other of this.#workers) {
      const isBefore = other !== worker && other.since < worker.since && other.credit > 0;
      if (isBefore && other.options.kind !== 'read')
        assert(!this.#free(other.options).includes(row), 'somebody who has waited longer wants the row too');
    }
  }

  #remove(worker: ModelWorker): void {
    this.#workers = this.#workers.filter((other) => other !== worker);
    worker.seeker.end();
  }

  #lost(worker: ModelWorker, holding: Holding): void {
    const row = worker.held.get(holding);
    if (row === undefined) return;
    worker.held.delete(holding);
    if (this.#rows.get(row.id) !== row || row.state === 'dead') return;
    assert(this.#isDue(row), 'a lease is lost before it runs out');
    this.#setFree(row);
  }

  #died(worker: ModelWorker, id: number, holding: Holding | undefined): void {
    const row = this.#rows.get(id);
    assert(row !== undefined, 'a row dies that is not there');
    expectEqual(row.tries, TRIES_MAX, 'a row dies after so many tries');
    if (holding !== undefined) worker.held.delete(holding);
    Object.assign(row, { state: 'dead', holder: undefined, isClosing: false });
  }

  #setFree(row: ModelRow): void {
    Object.assign(row, { state: 'free', holder: undefined, isClosing: false });
  }

  #isDue({ dueMs }: ModelRow): boolean {
    return Math.ceil(dueMs) <= this.queue.time.ms;
  }

  /** Rows that somebody may have, the oldest first. */
  #free({ status, isGrouped, kind = 'take' }: Partial<WorkerOptions>): ModelRow[] {
    const all = [...this.#rows.values()];
    const isFree = (row: ModelRow): boolean => row.state === 'free' || (row.state === 'delayed' && this.#isDue(row));
    const closed = new Set(all.filter((row) => row.isClosing && !isFree(row)).map(({ account }) => account));
    return all
      .filter((row) => isFree(row) && (status === undefined || row.status === status))
      .filter(
        ({ account }) => !(isGrouped === true && kind === 'lease' && account !== undefined && closed.has(account)),
      )
      .sort((a, b) => a.order - b.order);
  }

  #heldAt(at: number): [ModelWorker, Holding, ModelRow] | undefined {
    const all = this.#workers.flatMap((worker) =>
      [...worker.held].map(([holding, row]): [ModelWorker, Holding, ModelRow] => [worker, holding, row]),
    );
    const held = all.filter(([, holding, row]) => holding.isHeld && this.#rows.get(row.id) === row);
    return held[at % held.length];
  }

  #expectCounts(): void {
    const counts = this.queue.port.queue.counts();
    const inState = (state: ModelRow['state']): number =>
      [...this.#rows.values()].filter((row) => row.state === state).length;
    if (counts === undefined) return;
    expectEqual(counts.leased, inState('held'), 'rows that are held');
    expectEqual(counts.delayed, inState('delayed'), 'rows that are delayed');
    expectEqual(counts.dead, inState('dead'), 'dead letters');
    expectEqual(counts.waiting, this.#workers.length, 'who waits');
    const letters = finish(this.queue.port.queue.dead(undefined)).map(({ key }) => key as number);
    const dead = [...this.#rows.values()].filter(({ state }) => state === 'dead').map(({ id }) => id);
    expectEqual(letters.toSorted(byNumber).join(), dead.toSorted(byNumber).join(), 'the dead letters');
  }
}

function expectEqual<T>(actual: T, expected: T, what: string): void {
  assert(actual === expected, `${what}: ${show(actual)}, not ${show(expected)}`);
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify({ ...value, holder: undefined }) : String(value);
}

function byNumber(a: number, b: number): number {
  return a - b;
}
