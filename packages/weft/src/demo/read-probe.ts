import type { FlightSpace } from './flight-space.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import type { Progress } from './progress.ts';
import { nowMs, pause } from './timing.ts';

/** Reads come in small bursts: 20 every 5 ms are up to 4,000 a second, little enough to leave the host to the writer. */
const BURST_READS = 20;
const BURST_EVERY_MS = 5;

/** Latencies of the point reads since the last look. */
export interface ReadFigures {
  readonly reads: number;
  readonly p50Us: number | undefined;
  readonly p99Us: number | undefined;
  /** Reads that found nothing; there should be none. */
  readonly missed: number;
}

/** Reads random flights by id all the time and measures how long each `await get` takes. */
export class ReadProbe {
  readonly #space: FlightSpace;
  readonly #progress: Progress;
  readonly #recent = new LatencyHistogram();
  readonly #all = new LatencyHistogram();
  #missedRecent = 0;
  #missedAll = 0;

  constructor(space: FlightSpace, progress: Progress) {
    this.#space = space;
    this.#progress = progress;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      for (let read = 0; read < BURST_READS && this.#progress.rows > 0; read++) await this.#readOne();
      await pause(BURST_EVERY_MS, signal);
    }
  }

  /** The figures since the last call. */
  takeRecent(): ReadFigures {
    const figures = figuresOf(this.#recent, this.#missedRecent);
    this.#all.addAll(this.#recent);
    this.#missedAll += this.#missedRecent;
    this.#recent.clear();
    this.#missedRecent = 0;
    return figures;
  }

  /** The figures since the start, as far as `takeRecent` took them. */
  total(): ReadFigures {
    return figuresOf(this.#all, this.#missedAll);
  }

  async #readOne(): Promise<void> {
    const { oldestId, rows } = this.#progress;
    const id = oldestId + Math.floor(Math.random() * rows);
    const startMs = nowMs();
    const flight = await this.#space.get(BigInt(id));
    this.#recent.add((nowMs() - startMs) * 1000);
    // A flight may leave between choice and read, but only as the oldest.
    if (flight === undefined && id >= this.#progress.oldestId) this.#missedRecent++;
  }
}

function figuresOf(histogram: LatencyHistogram, missed: number): ReadFigures {
  return { reads: histogram.count, p50Us: histogram.quantileUs(0.5), p99Us: histogram.quantileUs(0.99), missed };
}
