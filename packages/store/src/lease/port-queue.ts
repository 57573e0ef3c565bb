import { assert } from '@weft/base';
import type { DeadRow, Key, Predicate, QueueCounts, QueueRun, QueueSource, Seeker, Seeking, Work } from '@weft/data';
import type { WorkState } from '@weft/log';
import type { TableContext } from '../table/table-context.ts';
import { meterOf } from '../table/table-parts.ts';
import type { Table } from '../table/table.ts';
import { WorkQueue } from './work-queue.ts';

/** The queue that a table is, made when somebody uses it as one: types that nobody does cost nothing. */
export class PortQueue implements QueueSource {
  readonly #port: { readonly table: Table };
  readonly #context: TableContext;
  readonly #counted: <T>(work: Work<T>) => Work<T>;
  #made: WorkQueue | undefined;

  /** `counted`: work under way, during which the declaration stays. */
  constructor(port: { readonly table: Table }, context: TableContext, counted: <T>(work: Work<T>) => Work<T>) {
    this.#port = port;
    this.#context = context;
    this.#counted = counted;
  }

  *take(where: Predicate | undefined, run?: QueueRun): Work<object | undefined> {
    return yield* this.#counted(this.#queue.take(where, run));
  }

  seek(seeking: Seeking): Seeker {
    return this.#queue.seek(seeking);
  }

  *dead(where: Predicate | undefined, run?: QueueRun): Work<DeadRow[]> {
    return this.#made === undefined ? [] : yield* this.#counted(this.#made.dead(where, run));
  }

  revive(key: Key): boolean {
    return this.#made?.revive(key) ?? false;
  }

  saved(): Promise<void> | undefined {
    const { log } = this.#context;
    return log.commits.wait(log.lsn);
  }

  readmitted(): Promise<void> | undefined {
    return this.#context.log.readmitted();
  }

  counts(): QueueCounts | undefined {
    return this.#made?.counts();
  }

  /** What a record says of a row. For a recovery: behind the effect that brought the row, in the order of the log. */
  restore(key: Key, state: WorkState): void {
    this.#queue.restore(key, state);
  }

  /** What `restore` needs for the rows that are here, some at a time. For a snapshot. */
  *saveStates(): Generator<readonly (readonly [Key, WorkState])[]> {
    if (this.#made !== undefined) yield* this.#made.saveStates();
  }

  /** The table of another declaration has the rows. */
  redeclared(): void {
    this.#made?.redeclared();
  }

  close(): void {
    this.#made?.close();
  }

  get #queue(): WorkQueue {
    if (this.#made !== undefined) return this.#made;
    const { host } = this.#context;
    assert(host !== undefined, 'a partition whose types are used as work queues is given timers and turns');
    const { watched, memory } = this.#port.table.parts;
    const table = (): Table => this.#port.table;
    this.#made = new WorkQueue({ table, watched, context: this.#context, host, meter: meterOf(memory) });
    return this.#made;
  }
}
