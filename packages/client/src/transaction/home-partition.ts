import { WeftError } from '@weft/base';
import { SLOTS, type Key, type PartitionShare, type Predicate, type Source, type TypeSchema } from '@weft/data';
import { slotOfCall, type NamedCall } from '../idempotency/idempotency-id.ts';
import type { Router } from '../router.ts';

/** The one partition that a transaction or batch is about: that of the first row or condition it names. */
export class HomePartition {
  /** Who is told of: grid.transaction, grid.atomic. */
  readonly name: string;
  #source: Source | undefined;
  /** The call that names itself: where nothing else decides, its id does, so that a repeated call finds the same partition. */
  readonly #call: NamedCall | undefined;
  #first = '';

  constructor(name: string, call?: NamedCall) {
    this.name = name;
    this.#call = call;
  }

  /** One of its sources, `undefined` where nothing was named yet. */
  get source(): Source | undefined {
    return this.#source;
  }

  /** Waits until all that was done there, and so all that was seen, is committed; `undefined` where it is. */
  settled(): Promise<void> | undefined {
    return this.#source?.settled();
  }

  /** The source of a row. Throws TRANSACTION_SPANS_PARTITIONS where it lies elsewhere. */
  enterKey({ keyCode, schema, share }: Router, source: Source, key: Key): void {
    if (this.#source?.partition === source.partition) return;
    const row = `${schema.name} with ${keyCode.describe(key)}`;
    if (this.#source !== undefined)
      throw this.#strays(share, `${row} lies in partition ${share.first + source.partition}`, row);
    this.#source = source;
    this.#first = row;
  }

  /** The source of all rows that may match. Throws TRANSACTION_SPANS_PARTITIONS where there are several, or it lies elsewhere. */
  enterWhere(router: Router, where: Predicate | undefined): Source {
    const { name, columns, routing } = router.schema;
    const column = columns[routing]!;
    const source = this.#sourceFor(router, where);
    const what = `a condition on ${name}`;
    if (this.#source === undefined) {
      this.#source = source;
      this.#first = what;
    }
    if (this.#source.partition !== source.partition)
      throw this.#strays(
        router.share,
        `${what} asks for a value of ${column.name} in partition ${router.share.first + source.partition}`,
        what,
      );
    return source;
  }

  /** Which slots a row may go to whose place is for Weft to choose; any where nothing is decided. */
  suits(router: Router): ((slot: number) => boolean) | undefined {
    const { sources } = router;
    const chosen = this.#call && router.sourceOf(router.ourSlot(slotOfCall(this.#call, SLOTS)));
    const home = this.#source?.partition ?? chosen?.partition;
    return home === undefined ? undefined : (slot) => sources[router.indexOf(slot)]?.partition === home;
  }

  #sourceFor(router: Router, where: Predicate | undefined): Source {
    const { total } = router.share;
    if (total === 1) return router.sources[0]!;
    const slot = router.slotFor(where);
    if (slot === undefined) throw asksAllPartitions(this.name, router.schema, total);
    return router.sourceOf(slot);
  }

  #strays({ first }: PartitionShare, what: string, key: string): WeftError {
    const partition = first + this.#source!.partition;
    return new WeftError(
      'TRANSACTION_SPANS_PARTITIONS',
      `${this.name}: ${what}; the others are in partition ${partition}, where ${this.#first} came first.`,
      {
        hint: 'Give rows that change together one routing value: declare a common column as routing of both types.',
        details: { first: this.#first, other: key, partition },
      },
    );
  }
}

/** Of a condition that rows of all partitions may meet. `call`: the verb, for messages. */
export function asksAllPartitions(call: string, { name, columns, routing }: TypeSchema, partitions: number): WeftError {
  const column = columns[routing]!;
  const isVisible = column.role === 'data' || column.role === 'generatedId';
  const hint = isVisible
    ? `Add ${column.name} to the condition: its value decides the partition.`
    : `Declare a routing column for ${name}, and name it in the condition.`;
  return new WeftError(
    'TRANSACTION_SPANS_PARTITIONS',
    `${call}: a condition on ${name} that does not fix ${isVisible ? column.name : 'a routing column'} asks all ${partitions} partitions; a transaction reads one.`,
    { hint, details: { type: name, partitions } },
  );
}
