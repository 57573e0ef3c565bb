import {
  HeardEvent,
  KeyCode,
  rowCodeOf,
  type ConvertRow,
  type FilterStep,
  type RowCode,
  type RowValues,
  type TypeSchema,
} from '@weft/data';
import type { Effect } from '../record/record.ts';

/** What happened to a row, or to all rows of a type in a partition. */
export type ChangeKind = 'insert' | 'update' | 'delete' | 'expire' | 'evict' | 'clear';

/** An event as it waits in buffers: one object, however many wait for it. */
export class Delivery extends HeardEvent {
  readonly partition: number;
  readonly lsn: number;
  /** Bytes of the effect in its record. */
  readonly bytes: number;
  /** Buffers that it waits in. */
  holders = 0;

  constructor(event: object, { partition, lsn }: { readonly partition: number; readonly lsn: number }, bytes: number) {
    super(event);
    this.partition = partition;
    this.lsn = lsn;
    this.bytes = bytes;
  }
}

/** Makes the events of one declaration. */
export class EventCode {
  readonly schema: TypeSchema;
  readonly #rowCode: RowCode;
  readonly #keyCode: KeyCode;
  readonly #hasKey: boolean;

  constructor(schema: TypeSchema) {
    this.schema = schema;
    this.#rowCode = rowCodeOf(schema);
    this.#keyCode = new KeyCode(schema);
    this.#hasKey = schema.columns[schema.key[0]!]!.role !== 'hiddenKey';
  }

  /** The row as users see it. Frozen: several subscribers look at it. */
  row(values: RowValues): object {
    return Object.freeze(this.#rowCode.show(values));
  }

  keyOf(values: RowValues): unknown {
    return this.#hasKey ? this.#keyCode.shown(this.#keyCode.of(values)) : undefined;
  }
}

/** One effect, decoded once for all subscribers of a declaration; what they are given is made when the first of them matches. */
export class Change {
  readonly kind: ChangeKind;
  readonly partition: number;
  readonly lsn: number;
  readonly before: RowValues | undefined;
  readonly after: RowValues | undefined;
  /** Whether the record says all that an event does: it was written while nobody asked for rows as they were before. */
  readonly isWhole: boolean;
  readonly #bytes: number;
  readonly #code: EventCode;
  #key: unknown;
  #beforeRow: object | undefined;
  #afterRow: object | undefined;
  #isMade = false;
  #enters: Delivery | undefined;
  #stays: Delivery | undefined;
  #leaves: Delivery | undefined;

  constructor(effect: RowEffect, partition: number, bytes: number, code: EventCode, convert: ConvertRow | undefined) {
    this.kind = effect.op === 'replace' ? 'update' : effect.op;
    this.partition = partition;
    this.lsn = effect.lsn;
    this.#bytes = bytes;
    this.#code = code;
    const before =
      effect.op === 'insert' || effect.op === 'clear' || effect.op === 'update' ? undefined : effect.before;
    const after = effect.op === 'insert' || effect.op === 'replace' ? effect.after : undefined;
    this.before = before === undefined || convert === undefined ? before : convert(before);
    this.after = after === undefined || convert === undefined ? after : convert(after);
    this.isWhole = effect.op === 'insert' || effect.op === 'clear' || this.before !== undefined;
  }

  /** The event for those to whose filter the change is this step. */
  delivery(step: FilterStep): Delivery {
    if (step === 'enters') return (this.#enters ??= this.#deliver(step));
    if (step === 'stays') return (this.#stays ??= this.#deliver(step));
    return (this.#leaves ??= this.#deliver(step));
  }

  #deliver(filter: FilterStep): Delivery {
    return new Delivery(Object.freeze(this.#event(filter)), this, this.#bytes);
  }

  #event(filter: FilterStep): object {
    const { kind: type, partition, lsn } = this;
    this.#make();
    if (type === 'clear') return { type, partition, lsn };
    const key = this.#key;
    const before = this.#beforeRow;
    const after = this.#afterRow;
    if (type === 'insert') return { type, key, after, filter, partition, lsn };
    if (type === 'update') return { type, key, before, after, filter, partition, lsn };
    return { type, key, before, filter, partition, lsn };
  }

  #make(): void {
    if (this.#isMade) return;
    this.#isMade = true;
    const values = this.after ?? this.before;
    if (values === undefined) return;
    this.#key = this.#code.keyOf(values);
    if (this.before !== undefined) this.#beforeRow = this.#code.row(this.before);
    if (this.after !== undefined) this.#afterRow = this.#code.row(this.after);
  }
}

/** An effect that is about rows. */
export type RowEffect = Exclude<Effect, { readonly op: 'groupCommit' | 'work' }>;

export function isOfRows(effect: Effect): effect is RowEffect {
  return effect.op !== 'groupCommit' && effect.op !== 'work';
}
