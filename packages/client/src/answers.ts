import type {
  AggregatePartial,
  AggregatePlan,
  AnyType,
  Explain,
  PartitionExplain,
  Predicate,
  ScanCounters,
  Slice,
  Work,
} from '@weft/data';
import { explainPartition, finishInSlices, prepareLists } from '@weft/data';
import type { Answer } from './api.ts';
import type { Call } from './call.ts';
import { drive, type Pace } from './drive.ts';
import { countingRuns, type Router, type Runs } from './router.ts';
import { settling } from './settle.ts';

/** What an answer runs with when it is awaited. */
export interface AnswerParts {
  readonly type: AnyType;
  readonly router: Router;
  readonly pace: Pace;
  /** Begins the call: its timeout runs from here. */
  readonly call: () => Call;
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
  then<A = R, B = never>(
    onDone?: ((value: R) => A | PromiseLike<A>) | null,
    onError?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.parts.pace.underWay.track(this.run()).then(onDone, onError);
  }

  catch<B = never>(onError?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<R | B> {
    return this.then(undefined, onError);
  }

  finally(onEnd?: (() => void) | null): Promise<R> {
    return Promise.resolve(this).finally(onEnd);
  }

  protected drive<T>(work: Work<T>, call: Call): Promise<T> {
    return drive(work, this.parts.pace, call);
  }
}

/** Runs in the slices of this pace. */
export function runsOf({ slice }: Pace): Runs {
  return { slice, of: () => ({ slice }) };
}

export class CountAnswer extends LazyAnswer<number> {
  readonly #where: () => Predicate | undefined;

  constructor(parts: AnswerParts, where: () => Predicate | undefined) {
    super(parts);
    this.#where = where;
  }

  protected async run(): Promise<number> {
    const { router, pace, call } = this.parts;
    const started = call();
    const count = await this.drive(router.count(this.#where(), runsOf(pace)), started);
    const wait = settling(router, started);
    if (wait !== undefined) await wait;
    return count;
  }

  async explain(): Promise<Explain> {
    const { router, pace, call, type } = this.parts;
    const { runs, counted } = countingRuns(pace.slice);
    await this.drive(router.count(this.#where(), runs), call());
    return explainOf(type, counted);
  }
}

export class AggregateAnswer extends LazyAnswer<object[]> {
  readonly #plan: () => AggregatePlan;

  constructor(parts: AnswerParts, plan: () => AggregatePlan) {
    super(parts);
    this.#plan = plan;
  }

  protected async run(): Promise<object[]> {
    const { router, pace } = this.parts;
    const plan = this.#plan();
    const call = this.parts.call();
    const partial = await this.drive(router.aggregate(plan, runsOf(pace)), call);
    const rows = await this.drive(finishInSlices(plan, partial, pace.slice), call);
    const wait = settling(router, call);
    if (wait !== undefined) await wait;
    return rows;
  }

  async explain(): Promise<Explain> {
    const { router, pace, type } = this.parts;
    const call = this.parts.call();
    // Kernels count no rows unless asked to: one more output does.
    const asked = this.#plan();
    const plan: AggregatePlan = { ...withoutEnd(asked), select: [...asked.select, { name: MATCHED, fn: 'count' }] };
    const { runs, counted } = countingRuns(pace.slice);
    await this.drive(prepareLists(type.schema, plan.where, pace.slice), call);
    for (const source of router.sourcesFor(plan.where)) {
      const partial = await this.drive(source.aggregate(plan, runs.of(source)), call);
      counted.get(source.partition)!.rowsMatched = await this.drive(rowsCounted(partial, pace.slice), call);
    }
    return explainOf(type, counted);
  }
}

/** What the last output, a count of rows, adds up to. The others are not finished: they may leave their range. */
function* rowsCounted({ accumulators, groups }: AggregatePartial, slice: Slice): Work<number> {
  const last = accumulators.length - 1;
  let rows = 0;
  for (const chunk of groups.chunks) {
    for (const { states } of chunk) rows += accumulators[last]!.finish(states[last]) as number;
    if (slice.isOver()) yield;
  }
  return rows;
}

/** No column has this name, so no output has. */
const MATCHED = ' matched';

function withoutEnd({ having: _, orderBy: __, limit: ___, ...plan }: AggregatePlan): AggregatePlan {
  return plan;
}

export function explainOf(type: AnyType, counted: ReadonlyMap<number, ScanCounters>): Explain {
  const partitions: PartitionExplain[] = [...counted].map(([partition, counters]) =>
    explainPartition(partition, counters),
  );
  const sum = (of: (part: PartitionExplain) => number): number =>
    partitions.reduce((total, part) => total + of(part), 0);
  return {
    type: type.name,
    partitions,
    rowsRead: sum((part) => part.rowsRead),
    rowsMatched: sum((part) => part.rowsMatched),
  };
}
