import type { AggregatePartial, AggregatePlan, AnyType, Explain, PartitionExplain, Predicate, ScanCounters, Work } from '@weft/data';
import { explainPartition, finishAggregate } from '@weft/data';
import type { Answer } from './api.ts';
import type { Call } from './call.ts';
import { drive, type Pace } from './drive.ts';
import { countingRuns, type Router, type Runs } from './router.ts';

/** What an answer runs with when it is awaited. */
export interface AnswerParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly pace: Pace;
  /** Begins the call: its timeout runs from here. */
  call(): Call;
}

/** Runs when it is awaited, and anew each time; what it shares with `FindQuery` is that nothing runs before. */
abstract class LazyAnswer<R> implements Answer<R> {
  protected readonly parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.parts = parts;
  }

  protected abstract run(): Promise<R>;
  abstract explain(): Promise<Explain>;

  // oxlint-disable-next-line unicorn/no-thenable -- an Answer is awaited
  then<A = R, B = never>(onDone?: ((value: R) => A | PromiseLike<A>) | null, onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.run().then(onDone, onError);
  }

  protected drive<T>(work: (runs: Runs) => Work<T>, runs: Runs = runsOf(this.parts.pace)): Promise<T> {
    return driveCall(work, runs, this.parts);
  }
}

async function driveCall<T>(work: (runs: Runs) => Work<T>, runs: Runs, { pace, call }: AnswerParts): Promise<T> {
  const begun = call();
  return drive(work(runs), pace, begun);
}

/** Runs in the slices of this pace. */
export function runsOf({ slice }: Pace): Runs {
  return { isWhole: false, of: () => ({ slice }) };
}

export class CountAnswer extends LazyAnswer<number> {
  readonly #where: Predicate | undefined;

  constructor(parts: AnswerParts, where: Predicate | undefined) {
    super(parts);
    this.#where = where;
  }

  protected run(): Promise<number> {
    return this.drive((runs) => this.parts.router.count(this.#where, runs));
  }

  async explain(): Promise<Explain> {
    const { runs, counted } = countingRuns(this.parts.pace.slice);
    await this.drive((all) => this.parts.router.count(this.#where, all), runs);
    return explainOf(this.parts.type, counted);
  }
}

export class AggregateAnswer extends LazyAnswer<object[]> {
  readonly #plan: AggregatePlan;
  readonly #finish: (partial: AggregatePartial) => object[];

  constructor(parts: AnswerParts, plan: AggregatePlan, finish: (partial: AggregatePartial) => object[]) {
    super(parts);
    this.#plan = plan;
    this.#finish = finish;
  }

  protected async run(): Promise<object[]> {
    return this.#finish(await this.drive((runs) => this.parts.router.aggregate(this.#plan, runs)));
  }

  async explain(): Promise<Explain> {
    const { runs, counted } = countingRuns(this.parts.pace.slice);
    // Kernels count no rows unless asked to: one more output does.
    const plan: AggregatePlan = { ...withoutEnd(this.#plan), select: [...this.#plan.select, { name: MATCHED, fn: 'count' }] };
    const partial = await this.drive((all) => this.parts.router.aggregate(plan, all), runs);
    const rows = finishAggregate(plan, partial) as { [MATCHED]: number }[];
    return { ...explainOf(this.parts.type, counted), rowsMatched: rows.reduce((sum, row) => sum + row[MATCHED], 0) };
  }
}

/** No column has this name, so no output has. */
const MATCHED = ' matched';

function withoutEnd({ having: _, orderBy: __, limit: ___, ...plan }: AggregatePlan): AggregatePlan {
  return plan;
}

export function explainOf(type: AnyType, counted: ReadonlyMap<number, ScanCounters>): Explain {
  const partitions: PartitionExplain[] = [...counted].map(([partition, counters]) => explainPartition(partition, counters));
  const sum = (of: (part: PartitionExplain) => number): number => partitions.reduce((total, part) => total + of(part), 0);
  return { type: type.name, partitions, rowsRead: sum((part) => part.rowsRead), rowsMatched: sum((part) => part.rowsMatched) };
}
