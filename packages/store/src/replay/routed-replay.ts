import { partitionOf, type Slice, type TypeSchema, type Work } from '@weft/data';
import { DamagedRecord, type Effect, type LogRecord } from '@weft/log';
import type { Partition } from '../partition/partition.ts';
import { checksumMismatch } from './partition-replay.ts';
import { TypeReplay } from './type-replay.ts';

/** Effects that are made again between two looks at the clock. */
const EFFECTS_PER_STEP = 32;

type RowEffect = Exclude<Effect, { readonly op: 'work' | 'groupCommit' }>;

/** Records of one partition that wait for others to come to a declaration. */
interface Lane {
  /** How many declarations of each type it has come to. */
  readonly versions: Map<string, number>;
  readonly waiting: LogRecord[];
}

/**
 * Makes the records of all partitions of a grid again into another number of partitions: rows go where their slot is now, with their values, versions and
 * expiries, and get positions of their new partition. The logs of these are off meanwhile; positions of the old ones (those of consumer groups) mean nothing here
 * and are left out.
 *
 * A type goes over to its next declaration once, for all new partitions together. So what a log says behind its declaration waits until all logs have
 * come to theirs: they recorded it in one turn, so that is little.
 */
export class RoutedReplay {
  readonly #partitions: readonly Partition[];
  readonly #lanes: readonly Lane[];
  /** By name, of each new partition. */
  readonly #types = new Map<string, readonly TypeReplay[]>();
  /** Declarations that the new partitions have gone over to, of each type. */
  readonly #versions = new Map<string, number>();

  /** `sources`: how many partitions the records are of. */
  constructor(sources: number, partitions: readonly Partition[]) {
    this.#partitions = partitions;
    this.#lanes = Array.from({ length: sources }, () => ({ versions: new Map<string, number>(), waiting: [] }));
  }

  /** The next record of a partition. Throws DamagedRecord, MEMORY_LIMIT. */
  *apply(source: number, record: LogRecord, slice: Slice): Work<void> {
    this.#lanes[source].waiting.push(record);
    yield* this.#drain(slice);
  }

  /** No more records come. What waits for a declaration that a log never came to goes on without it. */
  *end(slice: Slice): Work<void> {
    for (;;) {
      const behind = this.#lanes.find(({ waiting }) => waiting.length > 0);
      if (behind === undefined) return;
      const [first] = behind.waiting;
      if (first.kind === 'declaration') yield* this.#goOver(first, slice);
      yield* this.#drain(slice);
    }
  }

  /** Reads all rows. Throws CHECKSUM_MISMATCH where they are not what records say. */
  *verify(slice: Slice): Work<void> {
    for (const [type, replays] of this.#types) {
      for (const [partition, replay] of replays.entries()) {
        const slot = yield* replay.verify(slice);
        if (slot >= 0) throw checksumMismatch(type, slot, partition);
      }
    }
  }

  /** Does what can be done, lane by lane, until all wait. */
  *#drain(slice: Slice): Work<void> {
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const [source, lane] of this.#lanes.entries()) {
        while (lane.waiting.length > 0 && (yield* this.#step(source, lane, lane.waiting[0], slice))) {
          lane.waiting.shift();
          isMoving = true;
        }
      }
    }
  }

  /** Whether the record could be made again. */
  *#step(source: number, lane: Lane, record: LogRecord, slice: Slice): Work<boolean> {
    if (record.kind === 'effects') {
      yield* this.#effects(source, record.effects, slice);
      return true;
    }
    const { name } = record.declaration.schema;
    const version = (lane.versions.get(name) ?? 0) + 1;
    if (version > (this.#versions.get(name) ?? 0)) {
      const isFirst = !this.#types.has(name);
      if (!isFirst && !this.#lanes.every((other) => hasComeTo(other, name, version))) return false;
      yield* this.#goOver(record, slice);
    }
    lane.versions.set(name, version);
    return true;
  }

  *#goOver(record: LogRecord & { readonly kind: 'declaration' }, slice: Slice): Work<void> {
    const { schema, expiryMs } = record.declaration;
    const known = this.#types.get(schema.name);
    this.#versions.set(schema.name, (this.#versions.get(schema.name) ?? 0) + 1);
    if (known === undefined)
      this.#types.set(
        schema.name,
        this.#partitions.map((partition) => new TypeReplay(partition.port(schema))),
      );
    else for (const replay of known) yield* replay.evolve(schema, expiryMs, slice);
  }

  *#effects(source: number, effects: readonly Effect[], slice: Slice): Work<void> {
    let steps = 0;
    for (const effect of effects) {
      if (effect.op === 'clear') yield* this.#clear(source, effect.schema, slice);
      else if (effect.op === 'work')
        this.#partitionOf(effect.slot).port(effect.schema).queue.restore(effect.key, effect);
      else if (effect.op !== 'groupCommit') this.#applyRow(effect);
      if (++steps % EFFECTS_PER_STEP === 0 && slice.isOver()) yield;
    }
    if (slice.isOver()) yield;
  }

  #applyRow(effect: RowEffect): void {
    const number = partitionOf(effect.slot, this.#partitions.length);
    this.#replaysOf(effect.schema)[number].apply({ ...effect, lsn: this.#partitions[number].log.nextLsn() });
  }

  /** All rows of the old partition go: of the new ones, those in its slots. */
  *#clear(source: number, schema: TypeSchema, slice: Slice): Work<void> {
    const isOld = (slot: number): boolean => partitionOf(slot, this.#lanes.length) === source;
    for (const [number, replay] of this.#replaysOf(schema).entries())
      yield* replay.removeSlots(isOld, () => this.#partitions[number].log.nextLsn(), slice);
  }

  #replaysOf({ name }: TypeSchema): readonly TypeReplay[] {
    const replays = this.#types.get(name);
    if (replays === undefined) throw new DamagedRecord(`a record has a row of ${name}, which none before it declares`);
    return replays;
  }

  #partitionOf(slot: number): Partition {
    return this.#partitions[partitionOf(slot, this.#partitions.length)];
  }
}

/** Whether the log is behind that declaration of a type, or stands before it. */
function hasComeTo({ versions, waiting }: Lane, name: string, version: number): boolean {
  const done = versions.get(name) ?? 0;
  const [first] = waiting;
  const isNext = first?.kind === 'declaration' && first.declaration.schema.name === name;
  return done >= version || (isNext && done === version - 1);
}
