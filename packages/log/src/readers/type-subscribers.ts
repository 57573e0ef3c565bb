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
 * column that any filter fixes, however many listeners there are. Only filters that fix nothing are all evaluated.
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

  add(listener: Listener): void {
    const { fixed } = listener.filter;
    if (fixed === undefined) this.#others.push(listener);
    else this.#column(fixed.ordinal).add(fixed.identity, listener);
  }

  remove(listener: Listener): void {
    const { fixed } = listener.filter;
    if (fixed === undefined) this.#others = this.#others.filter((other) => other !== listener);
    else this.#column(fixed.ordinal).remove(fixed.identity, listener);
  }

  *[Symbol.iterator](): Generator<Listener> {
    yield* this.#others;
    for (const column of this.#columns) yield* column;
  }

  /** Hands a change to those whom it concerns. */
  dispatch(change: Change): void {
    if (!change.isWhole) {
      for (const listener of this) listener.meetHole(change);
      return;
    }
    if (change.kind === 'clear') {
      for (const listener of this) listener.offer(change.delivery('leaves'));
      return;
    }
    for (const listener of this.#others) offer(listener, change);
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

function offer(listener: Listener, change: Change): void {
  const step = listener.filter.step(change);
  if (step !== undefined) listener.offer(change.delivery(step));
}

/** Subscribers by the value that their filters fix of one column. */
class FixedValues {
  readonly ordinal: number;
  readonly lists = new Map<Identity, SameValue>();
  readonly #identity: (value: unknown) => Identity;

  constructor(schema: TypeSchema, ordinal: number) {
    this.ordinal = ordinal;
    this.#identity = identityOf(schema.columns[ordinal].kind);
  }

  add(identity: Identity, listener: Listener): void {
    const same = this.lists.get(identity) ?? { all: [], some: [] };
    this.lists.set(identity, same);
    same[listOf(listener)].push(listener);
  }

  /** The list is replaced, not changed: who overflows leaves while it is gone through. */
  remove(identity: Identity, listener: Listener): void {
    const same = this.lists.get(identity);
    if (same === undefined) return;
    const list = listOf(listener);
    same[list] = same[list].filter((other) => other !== listener);
    if (same.all.length + same.some.length === 0) this.lists.delete(identity);
  }

  dispatch(change: Change): void {
    if (this.lists.size === 0) return;
    const after = this.#of(change.after);
    const before = this.#of(change.before);
    if (after !== undefined) this.#offer(change, after, before === after, true);
    if (before !== undefined && before !== after) this.#offer(change, before, true, false);
  }

  *[Symbol.iterator](): Generator<Listener> {
    for (const { all, some } of this.lists.values()) {
      yield* all;
      yield* some;
    }
  }

  #offer(change: Change, identity: Identity, wasIn: boolean, isIn: boolean): void {
    const same = this.lists.get(identity);
    if (same === undefined) return;
    const { all, some } = same;
    if (all.length > 0) {
      const delivery = change.delivery(stepOf(wasIn, isIn)!);
      for (let i = 0; i < all.length; i++) all[i].offer(delivery);
    }
    for (const listener of some) offer(listener, change);
  }

  #of(values: RowValues | undefined): Identity | undefined {
    const value = values?.[this.ordinal];
    return value === undefined ? undefined : this.#identity(value);
  }
}

/** Those whose filters fix one value: the ones that ask nothing else, and the others, which are evaluated. */
interface SameValue {
  all: Listener[];
  some: Listener[];
}

function listOf({ filter }: Listener): keyof SameValue {
  return filter.fixed!.isAll ? 'all' : 'some';
}
