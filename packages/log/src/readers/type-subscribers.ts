import { identityOf, type ConvertRow, type Identity, type RowValues, type TypeSchema } from '@weft/data';
import { Change, EventCode, type Delivery, type RowEffect } from './change.ts';
import { stepOf, type RowFilter } from './row-filter.ts';

/** Who hears of changes. */
export interface Listener {
  readonly filter: RowFilter;
  /** An event that was committed just now, and is wanted. */
  offer(delivery: Delivery): void;
  /** A record that does not say all. */
  meetHole(change: Change): void;
  fail(error: Error): void;
}

/**
 * The subscribers of one declaration who hear of changes as they are committed, found by what their filters fix: one look into a map for each
 * column that any filter fixes, however many subscribers there are. Only filters that fix nothing are all evaluated.
 */
export class TypeSubscribers {
  readonly schema: TypeSchema;
  readonly #code: EventCode;
  readonly #convertFrom: (schema: TypeSchema) => ConvertRow;
  /** By fingerprint; those of the declaration itself are taken as they are. */
  readonly #conversions = new Map<string, ConvertRow | undefined>();
  readonly #columns: FixedValues[] = [];
  #others: Listener[] = [];

  constructor(schema: TypeSchema, convertFrom: (schema: TypeSchema) => ConvertRow) {
    this.schema = schema;
    this.#code = new EventCode(schema);
    this.#convertFrom = convertFrom;
  }

  /** Throws DECLARATION_OUTDATED. */
  changeOf(effect: RowEffect, partition: number, bytes: number): Change {
    return new Change(effect, partition, bytes, this.#code, this.#conversionFrom(effect.schema));
  }

  add(subscriber: Listener): void {
    const { fixed } = subscriber.filter;
    if (fixed === undefined) this.#others.push(subscriber);
    else this.#column(fixed.ordinal).add(fixed.identity, subscriber);
  }

  remove(subscriber: Listener): void {
    const { fixed } = subscriber.filter;
    if (fixed === undefined) this.#others = this.#others.filter((other) => other !== subscriber);
    else this.#column(fixed.ordinal).remove(fixed.identity, subscriber);
  }

  *[Symbol.iterator](): Generator<Listener> {
    yield* this.#others;
    for (const column of this.#columns) for (const list of column.lists.values()) yield* list;
  }

  /** Hands a change to those whom it concerns. */
  dispatch(change: Change): void {
    if (!change.isWhole) {
      for (const subscriber of this) subscriber.meetHole(change);
      return;
    }
    if (change.kind === 'clear') {
      for (const subscriber of this) subscriber.offer(change.delivery('leaves'));
      return;
    }
    for (const subscriber of this.#others) offer(subscriber, change);
    for (const column of this.#columns) column.dispatch(change);
  }

  #column(ordinal: number): FixedValues {
    const known = this.#columns.find((column) => column.ordinal === ordinal);
    if (known !== undefined) return known;
    const made = new FixedValues(this.schema, ordinal);
    this.#columns.push(made);
    return made;
  }

  #conversionFrom(schema: TypeSchema): ConvertRow | undefined {
    if (schema.fingerprint === this.schema.fingerprint) return undefined;
    const known = this.#conversions.get(schema.fingerprint);
    if (known !== undefined) return known;
    const made = this.#convertFrom(schema);
    this.#conversions.set(schema.fingerprint, made);
    return made;
  }
}

function offer(subscriber: Listener, change: Change): void {
  const step = subscriber.filter.step(change);
  if (step !== undefined) subscriber.offer(change.delivery(step));
}

/** Subscribers by the value that their filters fix of one column. */
class FixedValues {
  readonly ordinal: number;
  readonly lists = new Map<Identity, Listener[]>();
  readonly #identity: (value: unknown) => Identity;

  constructor(schema: TypeSchema, ordinal: number) {
    this.ordinal = ordinal;
    this.#identity = identityOf(schema.columns[ordinal].kind);
  }

  add(identity: Identity, subscriber: Listener): void {
    const list = this.lists.get(identity);
    if (list === undefined) this.lists.set(identity, [subscriber]);
    else list.push(subscriber);
  }

  /** The list is replaced, not changed: who overflows leaves while it is gone through. */
  remove(identity: Identity, subscriber: Listener): void {
    const left = (this.lists.get(identity) ?? []).filter((other) => other !== subscriber);
    if (left.length === 0) this.lists.delete(identity);
    else this.lists.set(identity, left);
  }

  dispatch(change: Change): void {
    if (this.lists.size === 0) return;
    const after = this.#of(change.after);
    const before = this.#of(change.before);
    if (after !== undefined) this.#offer(change, after, before === after, true);
    if (before !== undefined && before !== after) this.#offer(change, before, true, false);
  }

  #offer(change: Change, identity: Identity, wasIn: boolean, isIn: boolean): void {
    const list = this.lists.get(identity);
    if (list === undefined) return;
    for (const subscriber of list) {
      if (subscriber.filter.fixed!.isAll) subscriber.offer(change.delivery(stepOf(wasIn, isIn)!));
      else offer(subscriber, change);
    }
  }

  #of(values: RowValues | undefined): Identity | undefined {
    const value = values?.[this.ordinal];
    return value === undefined ? undefined : this.#identity(value);
  }
}
