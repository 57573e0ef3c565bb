import { WeftError } from '@weft/base';
import type { CallEnd, CallRecord, DeliveryRecord, Letter, Segment, Settling, Survivors } from '../check/history.ts';
import type { Scheduler } from '../time/scheduler.ts';
import type { Trace } from '../trace.ts';

/** What is known of a call when it is made. */
type BegunCall = Pick<CallRecord, 'id' | 'verb' | 'key' | 'timeoutMs'> & { readonly ifVersion?: number | undefined };

/** What is known of a job when it comes. */
type Delivered = Pick<DeliveryRecord, 'client' | 'job' | 'tries' | 'leaseMs'> & {
  readonly asked: ReturnType<Recorder['look']>;
};

/** Notes what clients ask and hear, and what survives. */
export class Recorder {
  readonly calls: CallRecord[] = [];
  readonly starts: Survivors[] = [];
  readonly segments: Segment[] = [];
  readonly deliveries: DeliveryRecord[] = [];
  /** Leases that began anew. */
  renewals = 0;
  /** Dead letters, once nobody works any more; undefined until then. */
  letters: readonly Letter[] | undefined;
  readonly #scheduler: Scheduler;
  readonly #trace: Trace;
  #place = 0;

  constructor(scheduler: Scheduler, trace: Trace) {
    this.#scheduler = scheduler;
    this.#trace = trace;
  }

  /** Calls that have not ended. */
  get open(): number {
    return this.calls.filter(({ end }) => end === undefined).length;
  }

  begin(client: number, begun: BegunCall): CallRecord {
    const { id, verb, key, ifVersion, timeoutMs } = begun;
    const call: CallRecord = {
      id,
      client,
      verb,
      key,
      ifVersion,
      from: this.#place++,
      to: Infinity,
      fromMs: this.#scheduler.nowMs,
      timeoutMs,
      stillMs: 0,
      toMs: Infinity,
      end: undefined,
    };
    this.calls.push(call);
    this.note(`c${client} ${verb} ${id}`);
    return call;
  }

  end(call: CallRecord, end: CallEnd): void {
    call.end = end;
    call.to = this.#place++;
    call.toMs = this.#scheduler.nowMs;
    this.note(
      `c${call.client} ${call.verb} ${call.id} ${end.kind} ${end.kind === 'ok' ? JSON.stringify(end.answer) : end.code}`,
    );
  }

  /** A client's process does nothing for so long: its calls end later. */
  stoodStill(client: number, forMs: number): void {
    for (const call of this.calls) if (call.client === client && call.end === undefined) call.stillMs += forMs;
  }

  started(survivors: Omit<Survivors, 'at'>): void {
    this.starts.push({ ...survivors, at: this.#place++ });
    this.note(
      `host started with ${survivors.registers.size} registers, ${survivors.ledger.size} of the ledger, ${survivors.banks.size} banks`,
    );
  }

  /** A moment, among all that happened. */
  look(): { readonly place: number; readonly ms: number } {
    return { place: this.#place++, ms: this.#scheduler.nowMs };
  }

  /** A worker that had asked then was given a job. */
  delivered({ client, job, tries, asked, leaseMs }: Delivered): DeliveryRecord {
    const { place: from, ms: fromMs } = this.look();
    const common = { job, client, tries, leaseMs, asked: asked.place, askedMs: asked.ms, from, fromMs };
    const heldMs = asked.ms + leaseMs;
    const record: DeliveryRecord = { ...common, heldMs, released: Infinity, settling: undefined };
    this.deliveries.push(record);
    this.note(`c${client} was given job ${job} for the ${tries}. time`);
    return record;
  }

  /** Its lease began anew, no sooner than this was asked for. */
  renewed(record: DeliveryRecord, asked: ReturnType<Recorder['look']>): void {
    record.heldMs = Math.max(record.heldMs, asked.ms + record.leaseMs);
    this.renewals++;
    this.note(`c${record.client} holds job ${record.job} until ${record.heldMs}`);
  }

  /** What became of the jobs that were handed out too often, when all is over. */
  left(letters: readonly Letter[]): void {
    this.letters = letters;
    this.note(`letters ${JSON.stringify(letters)}`);
  }

  /** From here on a worker does not count on what it holds. */
  released(client: number): void {
    const { place } = this.look();
    for (const each of this.deliveries) if (each.client === client) each.released = Math.min(each.released, place);
  }

  /** A worker begins to settle a job: until it is told it may be settled or not. */
  settles(record: DeliveryRecord, verb: Settling['verb']): void {
    record.settling = { verb, from: this.#place++, to: Infinity, end: 'unknown' };
    this.note(`c${record.client} ${verb} job ${record.job}`);
  }

  settled(record: DeliveryRecord, end: Settling['end']): void {
    record.settling = { ...record.settling!, to: this.#place++, end };
    this.note(`c${record.client} ${record.settling.verb} job ${record.job} ${end}`);
  }

  note(text: string): void {
    this.#trace.note(this.#scheduler.nowMs, text);
  }
}

/** How a call ended that threw. */
export function endOf(error: unknown): CallEnd {
  if (!WeftError.is(error))
    return { kind: 'failed', code: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  return { kind: error.outcome === 'in-doubt' ? 'unknown' : 'failed', code: error.code };
}
