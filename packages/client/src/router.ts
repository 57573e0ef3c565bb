import { must, WeftError, type Clock } from '@weft/base';
import {
  type AggregatePartial,
  compilePatch,
  rowCodeOf,
  expiryOf,
  KeyCode,
  newCounters,
  partitionOf,
  prepareLists,
  rowOrder,
  SLOTS,
  WHOLE,
  type AggregatePlan,
  type BatchColumn,
  type BatchStage,
  type FindPlan,
  type Key,
  type Mutation,
  type PartitionShare,
  type Patch,
  type Predicate,
  type RowCode,
  type RowValues,
  type RowWork,
  type Run,
  type ScanCounters,
  type Slice,
  type Source,
  type TypeSchema,
  type Work,
} from '@weft/data';
import { chainRows, mergeRows } from './merge-rows.ts';
import { expiryAt, type RowTtl } from './expiry/row-ttl.ts';
import { slotFixedBy } from './fixed-slot.ts';
import { RowPlacer, type RowPlacerParts } from './row-placer.ts';
import { sumOf, together } from './together.ts';
import { UnreadRow } from './unread-row.ts';

/** How work runs on each partition. */
export interface Runs {
  /** `WHOLE` where all is done in one turn. */
  readonly slice: Slice;
  of(source: Source): Run;
}

/** A row that was checked, its generated values filled in. */
export interface StagedRow {
  readonly values: RowValues;
  readonly slot: number;
}

/** What a router is made with. */
export interface RouterParts extends Omit<RowPlacerParts, 'isOurs'> {
  /** The partitions of this host among those of the space; these are all unless said otherwise. */
  readonly share?: PartitionShare;
}

/**
 * One type over all partitions of a host: checks rows and keys, gives new rows their ids, finds the partition, merges answers.
 * Every method is one turn or work; nothing here waits.
 */
export class Router {
  readonly schema: TypeSchema;
  readonly sources: readonly Source[];
  readonly rowCode: RowCode;
  readonly keyCode: KeyCode;
  readonly placer: RowPlacer;
  readonly patchOf: (patch: object) => Patch;
  readonly share: PartitionShare;
  /** The row being written, by ordinal. Used within one turn only. */
  readonly #values: RowValues;
  /** What the last point call went to. */
  #asked: Source | undefined;
  readonly #clock: Clock;
  readonly #expiry: number;

  constructor(schema: TypeSchema, sources: readonly Source[], parts: RouterParts) {
    this.schema = schema;
    this.sources = sources;
    this.share = parts.share ?? { first: 0, total: sources.length };
    this.rowCode = rowCodeOf(schema);
    this.keyCode = new KeyCode(schema);
    this.placer = new RowPlacer(schema, this.keyCode, this.#placerParts(parts));
    this.patchOf = compilePatch(schema);
    this.#values = schema.columns.map(() => undefined);
    this.#clock = parts.clock;
    this.#expiry = expiryOf(schema);
  }

  /** Stores a row. The values of the stored row are valid until the next call. */
  write(
    row: object,
    onConflict: 'replace' | 'fail',
    ttl?: RowTtl,
  ): { readonly values: RowValues; readonly isNew: boolean } {
    const values = this.#values;
    const slot = this.#stage(row, values, ttl);
    const source = this.sourceOf(slot);
    this.#asked = source;
    const isNew = source.write(values, slot, onConflict);
    return { values, isNew };
  }

  /**
   * Stores a row whose declared values have been checked: by ordinal, without what Weft keeps itself. They then hold the stored row. Whether it
   * was new.
   */
  writeValues(values: RowValues, onConflict: 'replace' | 'fail', ttl: RowTtl | undefined): boolean {
    if (ttl !== undefined) values[this.#expiry] = expiryAt(this.#clock, ttl) ?? null;
    const slot = this.placer.place(values);
    return this.ask(slot).write(values, slot, onConflict);
  }

  /** Whether what the last point call of this turn did and saw is committed. */
  get isSettled(): boolean {
    return this.#asked === undefined || this.#asked.isSettled;
  }

  /** Waits for that, where it is not. `key`: the one row that it saw and did not change, as it was given. */
  settled(key?: unknown): Promise<void> {
    const wait = this.#asked?.settled(key === undefined ? undefined : this.keyCode.checkLookup(key));
    return wait ?? Promise.resolve();
  }

  /** The same of one row of a batch, whose values have been checked. Whether it was new. */
  writeStaged(
    columns: readonly BatchColumn[],
    row: number,
    stage: BatchStage,
    onConflict: 'replace' | 'fail',
  ): boolean {
    const values = this.#values;
    stage(columns, row, values);
    const slot = this.placer.place(values);
    return this.sourceOf(slot).write(values, slot, onConflict);
  }

  /** Checks a row and finds its place, and stores nothing. Where the place is for Weft to choose, it chooses one that `suits`. */
  stage(row: object, suits?: (slot: number) => boolean, ttl?: RowTtl): StagedRow {
    const values = this.check(row, ttl);
    return { values, slot: this.placer.place(values, suits) };
  }

  /** Checks a row; its key may be missing still. */
  check(row: object, ttl?: RowTtl): RowValues {
    const values: RowValues = this.schema.columns.map(() => undefined);
    this.#check(row, values, ttl);
    return values;
  }

  get(key: unknown): object | undefined {
    const checked = this.keyCode.checkLookup(key);
    return this.sourceOfKey(checked)?.get(checked);
  }

  /** A checked patch, which sets the time to live anew where it is given. */
  patch(patch: object, ttl: RowTtl | undefined): Patch {
    const checked = this.patchOf(patch);
    if (ttl === undefined) return checked;
    const { ordinals, values } = checked;
    return { ordinals: [...ordinals, this.#expiry], values: [...values, expiryAt(this.#clock, ttl)] };
  }

  /** Milliseconds until the row with this key expires, Infinity for never; `undefined` where there is no such row. */
  ttl(key: unknown): number | undefined {
    const checked = this.keyCode.checkLookup(key);
    const expiryMs = this.sourceOfKey(checked)?.expiryOf(checked);
    if (expiryMs === undefined) return undefined;
    const leftMs = expiryMs - this.#clock.wallMs();
    return leftMs > 0 ? leftMs : undefined;
  }

  /** The partition that holds the key, `undefined` for an id that Weft cannot have generated. */
  sourceOfKey(key: Key): Source | undefined {
    return (this.#asked = this.#sourceOfKey(key));
  }

  #sourceOfKey(key: Key): Source | undefined {
    if (this.share.total === 1) return this.sources[0];
    const slot = this.keyCode.slotOf(key);
    return slot < 0 ? undefined : this.sourceOf(slot);
  }

  /** Whether changes that take several turns should wait before they begin. */
  get isHeldBack(): boolean {
    return this.sources.some((source) => source.isHeldBack === true);
  }

  /** The same for a point call, whose answer waits until what it tells of is committed. */
  ask(slot: number): Source {
    return (this.#asked = this.sourceOf(slot));
  }

  /** The partition that holds a slot's rows. Throws PARTITION_ELSEWHERE where another host has it. */
  sourceOf(slot: number): Source {
    return this.sources[this.indexOf(slot)] ?? this.#elsewhere(slot);
  }

  /** The place of a slot's partition among `sources`; of another host's, one that is not there. */
  indexOf(slot: number): number {
    return partitionOf(slot, this.share.total) - this.share.first;
  }

  /** Whether this host has a slot. */
  isOurs(slot: number): boolean {
    return this.sources[this.indexOf(slot)] !== undefined;
  }

  /** The slot, or one of this host's that follows from it. */
  ourSlot(slot: number): number {
    if (this.isOurs(slot)) return slot;
    const { first, total } = this.share;
    return Math.ceil(((first + (slot % this.sources.length)) * SLOTS) / total);
  }

  /** The partitions of this host that may hold rows that match: one, where the predicate fixes the routing value. */
  sourcesFor(where: Predicate | undefined): readonly Source[] {
    if (this.sources.length === 1) return this.sources;
    const slot = this.slotFor(where);
    // Where another host has it, any of ours says that there is none.
    return slot === undefined ? this.sources : [this.sources[this.indexOf(slot)] ?? this.sources[0]!];
  }

  /** The slot of all rows that may match, where the predicate fixes it. */
  slotFor(where: Predicate | undefined): number | undefined {
    return slotFixedBy(this.schema, this.keyCode, where);
  }

  *find(plan: FindPlan, runs: Runs): RowWork {
    yield* prepareLists(this.schema, plan.where, runs.slice);
    yield* this.#find(plan, runs);
  }

  *count(where: Predicate | undefined, runs: Runs): Work<number> {
    yield* prepareLists(this.schema, where, runs.slice);
    return yield* this.#count(where, runs);
  }

  *aggregate(plan: AggregatePlan, runs: Runs): Work<AggregatePartial> {
    yield* prepareLists(this.schema, plan.where, runs.slice);
    return yield* this.#aggregate(plan, runs);
  }

  #find(plan: FindPlan, runs: Runs): RowWork {
    const sources = this.sourcesFor(plan.where);
    if (sources.length === 1) return sources[0]!.find(plan, runs.of(sources[0]!));
    const { offset = 0, limit = Infinity, orderBy } = plan;
    const part = partOf(plan, offset + limit);
    const begin = (source: Source, run: Run): RowWork => source.find(part, { ...runs.of(source), ...run });
    if (orderBy === undefined)
      return together(sources, this.pace(runs), begin, (works) => chainRows(works, offset, limit));
    const compare = rowOrder(this.schema.columns, orderBy) as (a: object, b: object) => number;
    const merged = together(sources, this.pace(runs), begin, (works) => mergeRows(works, compare, { offset, limit }));
    return plan.select === undefined || part.select === plan.select ? merged : onlySelected(merged, plan.select);
  }

  #count(where: Predicate | undefined, runs: Runs): Work<number> {
    const sources = this.sourcesFor(where);
    if (sources.length === 1) return sources[0]!.count(where, runs.of(sources[0]!));
    return together(
      sources,
      this.pace(runs),
      (source, run) => source.count(where, { ...runs.of(source), ...run }),
      sumOf,
    );
  }

  #aggregate(plan: AggregatePlan, runs: Runs): Work<AggregatePartial> {
    const sources = this.sourcesFor(plan.where);
    if (sources.length === 1) return sources[0]!.aggregate(plan, runs.of(sources[0]!));
    return together(
      sources,
      this.pace(runs),
      (source, run) => source.aggregate(plan, { ...runs.of(source), ...run }),
      (works) => mergePartials(works, runs.slice),
    );
  }

  *change(where: Predicate | undefined, mutations: readonly Mutation[], runs: Runs): Work<number> {
    yield* prepareLists(this.schema, where, runs.slice);
    const momentMs = this.#clock.wallMs();
    let changed = 0;
    for (const source of this.sourcesFor(where))
      changed += yield* source.change(where, mutations, { ...runs.of(source), momentMs });
    return changed;
  }

  *deleteMany(where: Predicate | undefined, runs: Runs): Work<number> {
    yield* prepareLists(this.schema, where, runs.slice);
    const momentMs = this.#clock.wallMs();
    let deleted = 0;
    for (const source of this.sourcesFor(where))
      deleted += yield* source.deleteMany(where, { ...runs.of(source), momentMs });
    return deleted;
  }

  /** How several partitions begin together. */
  pace({ slice }: Runs): { readonly slice: Slice; readonly clock: Clock } {
    return { slice, clock: this.#clock };
  }

  clear(): number {
    return this.sources.reduce((count, source) => count + source.clear(), 0);
  }

  /** Rows whose place is for Weft to choose stay on this host. */
  #placerParts(parts: RouterParts): RowPlacerParts {
    if (this.sources.length === this.share.total) return parts;
    return { ...parts, isOurs: (slot) => this.isOurs(slot) };
  }

  #elsewhere(slot: number): never {
    const { name } = this.schema;
    const partition = partitionOf(slot, this.share.total);
    throw new WeftError(
      'PARTITION_ELSEWHERE',
      `${name}: the row belongs to partition ${partition}, which another host has.`,
      { details: { type: name, partition } },
    );
  }

  #stage(row: object, values: RowValues, ttl: RowTtl | undefined): number {
    this.#check(row, values, ttl);
    return this.placer.place(values);
  }

  #check(row: object, values: RowValues, ttl: RowTtl | undefined): void {
    if (row instanceof UnreadRow) row.readInto(values);
    else this.rowCode.stage(row, values);
    // Here null says never, undefined what the declaration says.
    if (ttl !== undefined) values[this.#expiry] = expiryAt(this.#clock, ttl) ?? null;
  }
}

function* mergePartials(works: readonly Work<AggregatePartial>[], slice: Slice): Work<AggregatePartial> {
  let merged: AggregatePartial | undefined;
  for (const work of works) {
    const partial = yield* work;
    if (merged === undefined) merged = partial;
    else yield* merged.mergeInSlices(partial, slice);
  }
  return must(merged, 'there is a partition');
}

/** Counts what each partition does. */
export function countingRuns(slice: Slice | undefined): {
  readonly runs: Runs;
  readonly counted: Map<number, ScanCounters>;
} {
  const counted = new Map<number, ScanCounters>();
  const of = ({ partition }: Source): Run => {
    const counters = newCounters();
    counted.set(partition, counters);
    return slice === undefined ? { counters } : { slice, counters };
  };
  return { runs: { slice: slice ?? WHOLE, of }, counted };
}

/** Rows changed or deleted so far. */
export function doneBy(counted: ReadonlyMap<number, ScanCounters>): number {
  let done = 0;
  for (const { rowsMatched } of counted.values()) done += rowsMatched;
  return done;
}

/** What each of several partitions is asked: enough rows for the window, and the columns that the merge compares. */
export function partOf(plan: FindPlan, wanted: number): FindPlan {
  const { offset: _, limit: __, select, ...rest } = plan;
  const needed =
    select === undefined
      ? []
      : (plan.orderBy ?? []).map(({ column }) => column).filter((name) => !select.includes(name));
  const columns = needed.length === 0 ? select : [...select!, ...needed];
  return {
    ...rest,
    ...(columns === undefined ? {} : { select: columns }),
    ...(wanted === Infinity ? {} : { limit: wanted }),
  };
}

/** The rows with these columns alone. */
export function* onlySelected(work: RowWork, select: readonly string[]): RowWork {
  try {
    for (const batch of work) {
      yield batch?.map((row) =>
        Object.fromEntries(select.map((name) => [name, (row as Record<string, unknown>)[name]])),
      );
    }
  } finally {
    work.return();
  }
}
