import { WeftError } from '@weft/base';
import type { Delivery, RemoteGrid } from '@weft/client';
import type { DeliveryRecord } from '../check/history.ts';
import type { SimProcess } from '../time/sim-process.ts';
import type { PlannedWorker } from './jobs.ts';
import type { Recorder } from './recorder.ts';
import { DeadJob, Job } from './types.ts';

const RETRY_MS = 50;
/** How a consumer may end that nobody has closed, and a delivery that could not be settled. */
const EXPECTED = new Set([
  'CLOSED',
  'DISK_FULL',
  'JOURNAL_BUSY',
  'JOURNAL_FAILED',
  'LEASE_LOST',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'TIMEOUT',
  'UNREACHABLE',
]);

export interface WorkerParts {
  readonly planned: PlannedWorker;
  readonly process: SimProcess;
  /** The grid as it is now; undefined while there is none. */
  readonly gridOf: () => RemoteGrid | undefined;
  readonly recorder: Recorder;
}

/** Works jobs off, one after the other, and notes from when until when it holds each. */
export class Worker {
  readonly #parts: WorkerParts;
  #isOver = false;
  #close: () => void = () => undefined;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  async run(): Promise<void> {
    const { process, gridOf } = this.#parts;
    while (!this.#isOver) {
      const grid = gridOf();
      if (grid !== undefined) await this.#consume(grid);
      await process.sleep(RETRY_MS);
    }
  }

  /** What it holds goes back. */
  stop(): void {
    this.#isOver = true;
    this.#close();
  }

  async #consume(grid: RemoteGrid): Promise<void> {
    const { planned, recorder } = this.#parts;
    const { client, leaseMs, prefetch, maxTries, buries } = planned;
    try {
      const deadLetter = buries ? DeadJob : undefined;
      const consumer = grid.space(Job).consume({}, { lease: leaseMs, prefetch, maxTries, deadLetter });
      this.#close = () => {
        recorder.released(client);
        void consumer.return!();
      };
      for (;;) {
        const asked = recorder.look();
        const { done, value } = await consumer.next();
        if (done === true) return;
        await this.#work(value, recorder.delivered({ client, job: value.row.id, tries: value.tries, asked, leaseMs }));
      }
    } catch (error) {
      expected(error);
      // The iteration is over, and what was held went back with it.
      recorder.released(client);
    }
  }

  async #work(delivery: Delivery<typeof Job>, record: DeliveryRecord): Promise<void> {
    const { planned, process, recorder } = this.#parts;
    const { random } = process;
    const holdMs = random.delayMs(planned.holdMs);
    if (planned.renewShare > 0 && random.chance(planned.renewShare)) await this.#hold(delivery, record, holdMs);
    else await process.sleep(holdMs);
    const chance = random.fraction();
    if (chance >= planned.ackShare + planned.nackShare) return;
    const isAck = chance < planned.ackShare;
    recorder.settles(record, isAck ? 'ack' : 'nack');
    try {
      if (isAck) await delivery.ack();
      else await delivery.nack({ delay: random.below(1 + planned.delayMs) });
      recorder.settled(record, 'ok');
    } catch (error) {
      recorder.settled(record, expected(error).outcome === 'in-doubt' ? 'unknown' : 'failed');
    }
  }

  /** Holds a job for so long, and for longer than its lease. */
  async #hold(delivery: Delivery<typeof Job>, record: DeliveryRecord, holdMs: number): Promise<void> {
    const { planned, process, recorder } = this.#parts;
    const stepMs = planned.leaseMs / 2;
    for (let leftMs = holdMs + planned.leaseMs; leftMs > 0; leftMs -= stepMs) {
      await process.sleep(Math.min(leftMs, stepMs));
      const renewed = recorder.look();
      try {
        await delivery.renew();
        recorder.renewed(record, renewed);
      } catch (error) {
        expected(error);
        return;
      }
    }
  }
}

/** Throws what has no reason. */
function expected(error: unknown): WeftError {
  if (WeftError.is(error) && EXPECTED.has(error.code)) return error;
  throw error;
}
