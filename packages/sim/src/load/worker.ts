import { WeftError } from '@weft/base';
import type { Delivery, RemoteGrid } from '@weft/client';
import type { DeliveryRecord } from '../check/history.ts';
import type { SimProcess } from '../time/sim-process.ts';
import type { PlannedWorker } from './jobs.ts';
import type { Recorder } from './recorder.ts';
import { Job } from './types.ts';

/** So often that no job becomes a dead letter. */
const TRIES_MAX = 10_000;
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
    const { client, leaseMs, prefetch } = planned;
    try {
      const consumer = grid.space(Job).consume({}, { lease: leaseMs, prefetch, maxTries: TRIES_MAX });
      this.#close = () => {
        recorder.released(client);
        void consumer.return!();
      };
      for (;;) {
        const asked = recorder.look();
        const { done, value } = await consumer.next();
        if (done === true) return;
        await this.#work(value, recorder.delivered(client, value.row.id, asked, leaseMs));
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
    await process.sleep(random.delayMs(planned.holdMs));
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
}

/** Throws what has no reason. */
function expected(error: unknown): WeftError {
  if (WeftError.is(error) && EXPECTED.has(error.code)) return error;
  throw error;
}
