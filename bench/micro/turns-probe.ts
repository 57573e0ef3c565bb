import { PerformanceObserver } from 'node:perf_hooks';
import { threadMs } from '../harness/thread-time.ts';
import { TurnLog, type Span, type Turn } from '../harness/turn-log.ts';

/** What a verb did to the event loop. Times in milliseconds, by the clock. */
export interface Turns {
  readonly turns: number;
  readonly totalMs: number;
  /** The longest turn, collections of garbage in it. */
  readonly longestMs: number;
  /**
   * The longest turn without the collections that fell into it, and without the time that other processes or machines had the core: our own
   * work.
   */
  readonly longestOwnMs: number;
  /** Our own work in the turn that 99 of 100 do not pass. */
  readonly p99Ms: number;
  /** Turns with more than TURN_MS_MAX of our own work. */
  readonly long: number;
  /** Collections of garbage together, and the longest. */
  readonly gcMs: number;
  readonly longestGcMs: number;
}

const TURN_MS_MAX = 2;

/** Asks for every turn of the event loop, and takes the collections of garbage out of each that is long. */
export class TurnProbe {
  readonly #log = new TurnLog();
  #collections: Span[] = [];

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        this.#collections.push({ from: startTime, to: startTime + duration });
    });
    observer.observe({ entryTypes: ['gc'] });
  }

  async measure(run: () => Promise<unknown>): Promise<Turns> {
    await idle();
    this.#collections = [];
    this.#log.clear();
    const watch = new Watch(this.#log);
    const startMs = performance.now();
    await run();
    const totalMs = performance.now() - startMs;
    await watch.stop();
    await idle();
    const turns = this.#log.longer();
    const longestMs = turns.reduce((longest, { from, to }) => Math.max(longest, to - from), 0);
    const ownMs = ownTimes(turns, this.#collections).toSorted((a, b) => a - b);
    const collectedMs = this.#collections.map(({ from, to }) => to - from);
    return {
      turns: this.#log.turns,
      totalMs,
      longestMs,
      longestOwnMs: ownMs.at(-1) ?? 0,
      p99Ms: this.#log.quantileMs(0.99, ownMs),
      long: ownMs.filter((ms) => ms > TURN_MS_MAX).length,
      gcMs: collectedMs.reduce((sum, ms) => sum + ms, 0),
      longestGcMs: collectedMs.reduce((longest, ms) => Math.max(longest, ms), 0),
    };
  }

  printHeader(rows: number): void {
    console.log(
      `${rows} rows, Node ${process.version}; turns in ms by the clock, "own" is without collections and other processes\n`,
    );
    const titles = ['total', 'turns', 'own', 'own p99', 'over 2', 'with gc', 'gc', 'gc total'];
    console.log(`${'verb'.padEnd(NAME_WIDTH)}${titles.map((title) => title.padStart(9)).join('')}`);
  }

  print(name: string, { turns, totalMs, longestMs, longestOwnMs, p99Ms, long, longestGcMs, gcMs }: Turns): void {
    const times = [p99Ms.toFixed(2), long, longestMs.toFixed(2), longestGcMs.toFixed(2), gcMs.toFixed(0)];
    const cells = [totalMs.toFixed(0), turns, longestOwnMs.toFixed(2), ...times];
    console.log(`${name.padEnd(NAME_WIDTH)}${cells.map((cell) => String(cell).padStart(9)).join('')}`);
  }
}

const NAME_WIDTH = 46;

/**
 * Our own work in each turn: what is left of it without the collections in it, or how long the thread ran in it, collections and all, where that is less.
 * Both are at least the work. The turns are in the order of time.
 */
function ownTimes(turns: readonly Turn[], collections: readonly Span[]): number[] {
  const sorted = collections.toSorted((a, b) => a.from - b.from);
  let first = 0;
  return turns.map(({ from, to, ranMs }) => {
    while (first < sorted.length && sorted[first]!.to <= from) first++;
    let own = to - from;
    for (let at = first; at < sorted.length && sorted[at]!.from < to; at++)
      own -= Math.min(to, sorted[at]!.to) - Math.max(from, sorted[at]!.from);
    return Math.min(own, ranMs);
  });
}

/** Looks at the clock in every turn of the event loop. It allocates next to nothing: what it makes would be collected in turns that are measured. */
class Watch {
  readonly #log: TurnLog;
  readonly #onTurn = (): void => this.#turn();
  #isStopped = false;
  #lastMs = performance.now();
  #lastRanMs = threadMs();

  constructor(log: TurnLog) {
    this.#log = log;
    setImmediate(this.#onTurn);
  }

  /** Ends with the turn that is under way. */
  async stop(): Promise<void> {
    await new Promise(setImmediate);
    this.#isStopped = true;
  }

  #turn(): void {
    const nowMs = performance.now();
    const nowRanMs = threadMs();
    this.#log.add(this.#lastMs, nowMs, nowRanMs - this.#lastRanMs);
    this.#lastMs = nowMs;
    this.#lastRanMs = nowRanMs;
    if (!this.#isStopped) setImmediate(this.#onTurn);
  }
}

/** Lets the collector's entries arrive. */
async function idle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
}
