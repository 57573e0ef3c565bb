import { PerformanceObserver } from 'node:perf_hooks';

/** What a verb did to the event loop. Times in milliseconds, by the clock. */
export interface Turns {
  readonly turns: number;
  readonly totalMs: number;
  readonly longestMs: number;
  /** The turn that 99 of 100 do not pass. */
  readonly p99Ms: number;
  /** Turns of more than TURN_MS_MAX. */
  readonly long: number;
  readonly longestGcMs: number;
}

const TURN_MS_MAX = 2;

/** Asks for every turn of the event loop and keeps the longest. */
export class TurnProbe {
  #gcMs = 0;

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#gcMs = Math.max(this.#gcMs, duration);
    });
    observer.observe({ entryTypes: ['gc'] });
  }

  async measure(run: () => Promise<unknown>): Promise<Turns> {
    await idle();
    this.#gcMs = 0;
    const watch = new Watch();
    const startMs = performance.now();
    await run();
    const totalMs = performance.now() - startMs;
    const lengthsMs = (await watch.stop()).toSorted((a, b) => a - b);
    await idle();
    return {
      turns: lengthsMs.length,
      totalMs,
      longestMs: lengthsMs.at(-1) ?? 0,
      p99Ms: lengthsMs[Math.floor(lengthsMs.length * 0.99)] ?? 0,
      long: lengthsMs.filter((ms) => ms > TURN_MS_MAX).length,
      longestGcMs: this.#gcMs,
    };
  }

  printHeader(rows: number): void {
    console.log(`${rows} rows, Node ${process.version}; turns in ms by the clock\n`);
    console.log(
      `${'verb'.padEnd(46)}${['total', 'turns', 'longest', 'p99', 'over 2', 'gc'].map((title) => title.padStart(9)).join('')}`,
    );
  }

  print(name: string, { turns, totalMs, longestMs, p99Ms, long, longestGcMs }: Turns): void {
    const cells = [totalMs.toFixed(0), turns, longestMs.toFixed(2), p99Ms.toFixed(2), long, longestGcMs.toFixed(2)];
    console.log(`${name.padEnd(46)}${cells.map((cell) => String(cell).padStart(9)).join('')}`);
  }
}

class Watch {
  readonly #lengthsMs: number[] = [];
  #isStopped = false;
  #lastMs = performance.now();

  constructor() {
    setImmediate(() => this.#turn());
  }

  /** Ends with the turn that is under way. The lengths of all turns. */
  async stop(): Promise<readonly number[]> {
    await new Promise(setImmediate);
    this.#isStopped = true;
    return this.#lengthsMs;
  }

  #turn(): void {
    const nowMs = performance.now();
    this.#lengthsMs.push(nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    if (!this.#isStopped) setImmediate(() => this.#turn());
  }
}

/** Lets the collector's entries arrive. */
async function idle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
