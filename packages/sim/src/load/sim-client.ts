import { RemoteGrid, type Host, type Space } from '@weft/client';
import type { CallEnd, CallRecord, RegisterState } from '../check/history.ts';
import { SPACE } from '../host/sim-host.ts';
import type { Path } from '../net/lane.ts';
import type { SimNet } from '../net/sim-net.ts';
import type { SimProcess } from '../time/sim-process.ts';
import type { Plan, PlannedCall } from './plan.ts';
import { endOf, type Recorder } from './recorder.ts';
import type { PlannedJob } from './jobs.ts';
import { doTransfer, type PlannedTransfer } from './transfers.ts';
import { DeadJob, Job, Ledger, Register } from './types.ts';

/** What a client is to do. */
export interface ClientWork {
  readonly calls: readonly PlannedCall[];
  readonly transfers?: readonly PlannedTransfer[] | undefined;
  readonly jobs?: readonly PlannedJob[] | undefined;
}

type Step = Pick<PlannedCall, 'pauseMs' | 'isAlone'>;

const RETRY_MS = 50;
/** Of takes that come last, apart from other calls. */
const DRAIN_ID = 300_000;
const TIMEOUT_MS_DEFAULT = 30_000;

export interface SimClientParts {
  readonly number: number;
  readonly process: SimProcess;
  /** What of it the grid is given. */
  readonly host: Host;
  readonly net: SimNet;
  readonly path: Path;
  /** Of the host, as far as it knows. */
  readonly addresses: readonly string[];
  /** Requests of one session, where that is not what it is elsewhere. */
  readonly sessionCalls: Plan['sessionCalls'];
  readonly recorder: Recorder;
}

/** A client's process: connects, makes its calls, and notes what comes of them. */
export class SimClient {
  readonly #parts: SimClientParts;
  readonly #versions = new Map<string, number>();
  #grid: RemoteGrid | undefined;

  constructor(parts: SimClientParts) {
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#grid !== undefined;
  }

  /** As it is now. */
  get grid(): RemoteGrid | undefined {
    return this.#grid;
  }

  get process(): SimProcess {
    return this.#parts.process;
  }

  /** Connects, as often as it takes. */
  async connect(): Promise<void> {
    const { process, host, net, path, addresses } = this.#parts;
    const parts = {
      host,
      dialer: net.dialer(process, path),
      soon: process.soon,
      space: SPACE,
      client: process.name,
      sessionCalls: this.#parts.sessionCalls,
    };
    for (;;) {
      try {
        this.#grid = await RemoteGrid.open(addresses, parts, { timeoutMs: TIMEOUT_MS_DEFAULT });
        return;
      } catch {
        await process.sleep(RETRY_MS);
      }
    }
  }

  /** Makes the calls of each kind, beside those of others, and waits for them. */
  async run({ calls, transfers = [], jobs = [] }: ClientWork): Promise<void> {
    await Promise.all([
      this.#each(calls, (call) => this.#call(call)),
      this.#each(transfers, (transfer) => this.#transfer(transfer)),
      this.#each(jobs, (job) => this.#job(job)),
    ]);
  }

  /** One after the other, or beside each other, as they say. */
  async #each<T extends Step>(calls: readonly T[], make: (call: T) => Promise<void>): Promise<void> {
    let open: Promise<void>[] = [];
    for (const call of calls) {
      if (call.isAlone) {
        await Promise.all(open);
        open = [];
      }
      if (call.pauseMs > 0) await this.#parts.process.sleep(call.pauseMs);
      open.push(make(call));
    }
    await Promise.all(open);
  }

  /** Closes its grid, in the middle of its calls, and connects again. */
  async reconnect(): Promise<void> {
    const grid = this.#grid;
    this.#parts.recorder.released(this.#parts.number);
    await grid?.close();
    if (this.#grid === grid) await this.connect();
  }

  standStill(forMs: number): void {
    this.#parts.process.standStill(forMs);
  }

  jump(byMs: number): void {
    this.#parts.process.jump(byMs);
  }

  async close(): Promise<void> {
    await this.#grid?.close();
  }

  async #call(planned: PlannedCall): Promise<void> {
    const { recorder, number } = this.#parts;
    const ifVersion = planned.verb === 'swap' ? (this.#versions.get(planned.key) ?? 1) : undefined;
    const key = planned.verb === 'append' ? String(planned.lane) : planned.key;
    const record = recorder.begin(number, { ...planned, key, ifVersion });
    await this.#record(record, () => this.#ask(planned, ifVersion));
  }

  async #transfer(planned: PlannedTransfer): Promise<void> {
    const verb = planned.verb === 'audit' ? 'audit' : 'transfer';
    const record = this.#parts.recorder.begin(this.#parts.number, { ...planned, verb, key: String(planned.bank) });
    await this.#record(record, () => doTransfer(this.#grid!, planned));
  }

  async #job(planned: PlannedJob): Promise<void> {
    const { id, lane, verb, waitMs, timeoutMs } = planned;
    const record = this.#parts.recorder.begin(this.#parts.number, { ...planned, key: String(lane) });
    await this.#record(record, async () => {
      const jobs = this.#grid!.space(Job);
      if (verb === 'take') return (await jobs.take({}, { wait: waitMs, timeout: timeoutMs }))?.id;
      await jobs.write({ id, lane }, { timeout: timeoutMs });
      return true;
    });
  }

  /** Takes jobs until none comes for so long. */
  async drainJobs(waitMs: number): Promise<void> {
    const common = { pauseMs: 0, isAlone: true, verb: 'take', lane: 0, waitMs, timeoutMs: 2 * waitMs } as const;
    const { calls } = this.#parts.recorder;
    for (let id = DRAIN_ID; ; id++) {
      await this.#job({ ...common, id });
      const last = calls.findLast((call) => call.id === id)!;
      if (last.end?.kind === 'ok' && last.end.answer === undefined) return;
      if (last.end?.kind !== 'ok') await this.#parts.process.sleep(RETRY_MS);
    }
  }

  /** What became of the jobs that were handed out too often, as soon as somebody says so. */
  async readLetters(): Promise<void> {
    for (;;) {
      try {
        const letters = await this.#grid!.space(Job).deadLetters();
        // Letters that go elsewhere meanwhile are there then.
        const buried = await this.#grid!.space(DeadJob).find();
        const inPlace = letters.map(({ row, tries }) => ({ job: row.id, tries, isBuried: false }));
        return this.#parts.recorder.left([
          ...inPlace,
          ...buried.map(({ id, tries }) => ({ job: id, tries, isBuried: true })),
        ]);
      } catch {
        await this.#parts.process.sleep(RETRY_MS);
      }
    }
  }

  async #record(record: CallRecord, ask: () => Promise<unknown>): Promise<void> {
    let end: CallEnd;
    try {
      end = { kind: 'ok', answer: await ask() };
    } catch (error) {
      end = endOf(error);
    }
    this.#parts.recorder.end(record, end);
  }

  async #ask(call: PlannedCall, ifVersion: number | undefined): Promise<unknown> {
    const limits = { timeout: call.timeoutMs };
    const once = call.isNamed === true ? { ...limits, idempotencyId: `call ${call.id}` } : limits;
    if (call.verb === 'append') {
      const row = { id: call.id, lane: call.lane, padding: 'x'.repeat(call.paddingBytes) };
      await this.#grid!.space(Ledger).write(row, once);
      return true;
    }
    const { id: value, key } = call;
    const registers: Space<typeof Register> = this.#grid!.space(Register);
    switch (call.verb) {
      case 'get':
        return this.#seen(key, await registers.get(key, limits));
      case 'write':
        return this.#seen(key, await registers.write({ id: key, value }, once));
      case 'insert':
        return this.#seen(key, await registers.write({ id: key, value }, { ...once, onConflict: 'fail' }));
      case 'update':
        return this.#seen(key, await registers.update(key, { value }, once));
      case 'swap':
        return this.#seen(key, await registers.update(key, { value }, { ...once, ifVersion }));
      case 'delete':
        return registers.delete(key, once);
    }
  }

  #seen(key: string, row: { readonly value: number; readonly version: number } | undefined): RegisterState {
    if (row === undefined) return undefined;
    this.#versions.set(key, row.version);
    return { value: row.value, version: row.version };
  }
}
