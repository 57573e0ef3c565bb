import { WeftError } from '@weft/base';
import type { Slice, TypeSchema, Work } from '@weft/data';
import { DamagedRecord, type Declaration, type Effect, type HybridTime, type LogRecord } from '@weft/log';
import type { Partition } from '../partition/partition.ts';
import { TypeReplay } from './type-replay.ts';

/** Who keeps something that records tell of beside rows: work queues, ids of writes that were done. */
export interface RecordListener {
  /** Each record that was made again, after its effects. */
  onRecord?(record: LogRecord): void;
  /** What a work queue keeps of a row. */
  onWork?(effect: Extract<Effect, { readonly op: 'work' }>): void;
}

/** Effects that are made again between two looks at the clock. */
const EFFECTS_PER_STEP = 32;

/**
 * Makes the changes again that the records of a partition's log tell of, in order, into its tables: rows, versions, expiries, slots and positions are
 * then those that they were. Records that the partition has already are passed over. The partition's log is off meanwhile and nobody else uses the
 * partition; `end` lets it go on.
 */
export class PartitionReplay {
  readonly #partition: Partition;
  readonly #types = new Map<string, TypeReplay>();
  readonly #listener: RecordListener;
  /** Effects since the last look at the clock. */
  #steps = 0;
  #lsn: number;
  #hlc: HybridTime | undefined;

  constructor(partition: Partition, listener: RecordListener = {}) {
    this.#partition = partition;
    this.#listener = listener;
    this.#lsn = partition.log.lsn;
  }

  /** All up to this position is there. */
  get lsn(): number {
    return this.#lsn;
  }

  /** Goes on behind a snapshot, which has brought everything up to a position: its pages have been compared with their names. */
  begin(lsn: number, hlc: HybridTime): void {
    this.#lsn = lsn;
    this.#hlc = hlc;
    for (const { schema } of this.#partition.log.types.last())
      this.#types.set(schema.name, new TypeReplay(this.#partition.port(schema), lsn));
  }

  /**
   * Rows that it adds may be there once `flush` was called only: many of them are quicker together. Throws DamagedRecord for a record that
   * does not follow from those before it, MEMORY_LIMIT.
   */
  *apply(record: LogRecord, slice: Slice): Work<void> {
    if (record.lsn <= this.#lsn) return;
    if (record.kind === 'declaration') yield* this.#declare(record.declaration, slice);
    else if (record.effects.length > EFFECTS_PER_STEP) yield* this.#effects(record.effects, slice);
    else {
      for (const effect of record.effects) this.#effect(effect);
      this.#steps += record.effects.length;
      if (this.#steps >= EFFECTS_PER_STEP && this.#isOver(slice)) yield;
    }
    this.#lsn = record.kind === 'declaration' ? record.lsn : Math.max(record.lsn, record.effects.at(-1)?.lsn ?? 0);
    this.#hlc = record.hlc;
    const { idempotencyId: id } = record;
    if (record.kind === 'effects' && record.answer !== undefined && id !== undefined)
      this.#partition.answers.add({ id, ...record.answer, wallMs: record.hlc.wallMs });
    this.#listener.onRecord?.(record);
  }

  /** All rows that records added are there. Throws as `apply` does. */
  flush(): void {
    for (const type of this.#types.values()) type.flush();
  }

  /** Reads all rows of all tables. Throws CHECKSUM_MISMATCH where they are not what records say. */
  *verify(slice: Slice): Work<void> {
    for (const [type, replay] of this.#types) {
      const slot = yield* replay.verify(slice);
      if (slot >= 0) throw checksumMismatch(type, slot, this.#partition.number);
    }
  }

  /** The partition goes on behind the last record. */
  end(): void {
    this.#partition.log.resumeAt(this.#lsn, this.#hlc);
  }

  *#declare(declaration: Declaration, slice: Slice): Work<void> {
    const { schema, expiryMs } = declaration;
    this.#partition.log.types.adopt(declaration);
    const known = this.#types.get(schema.name);
    if (known === undefined) this.#types.set(schema.name, new TypeReplay(this.#partition.port(schema)));
    else if (known.schema.fingerprint !== schema.fingerprint) yield* known.evolve(schema, expiryMs, slice);
  }

  *#effects(effects: readonly Effect[], slice: Slice): Work<void> {
    for (const effect of effects) {
      this.#effect(effect);
      if (++this.#steps >= EFFECTS_PER_STEP && this.#isOver(slice)) yield;
    }
  }

  #effect(effect: Effect): void {
    if (effect.op === 'work') {
      this.#types.get(effect.schema.name)?.flush();
      this.#listener.onWork?.(effect);
    } else if (effect.op === 'groupCommit')
      this.#partition.log.knowGroup(effect.schema.name, effect.group, effect.position);
    else this.#typeOf(effect.schema).apply(effect);
  }

  #isOver(slice: Slice): boolean {
    this.#steps = 0;
    return slice.isOver();
  }

  #typeOf({ name }: TypeSchema): TypeReplay {
    const type = this.#types.get(name);
    if (type === undefined) throw new DamagedRecord(`a record has a row of ${name}, which none before it declares`);
    return type;
  }
}

function checksumMismatch(type: string, slot: number, partition: number): WeftError<'CHECKSUM_MISMATCH'> {
  return new WeftError(
    'CHECKSUM_MISMATCH',
    `${type}: the rows of slot ${slot} in partition ${partition} are not what the journal says they are, after it was read.`,
    { details: { type, slot, partition } },
  );
}
