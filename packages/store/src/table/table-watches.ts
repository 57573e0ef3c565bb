import {
  compileMatcher,
  conjunctsOf,
  KeyCode,
  type Column,
  type ColumnReader,
  type Matcher,
  type Predicate,
  type RowValues,
  type TypeSchema,
} from '@weft/data';

/**
 * Who must know of changes that concern a predicate: transactions that asked for the rows that match. A change concerns it where the row
 * matched before or matches after (precision locking: Jordan, Banerjee, Batman, SIGMOD 1981). Watches whose predicate fixes the
 * routing value are asked for changes of its slot only. While nobody watches, a write pays a look at a number.
 */
export class TableWatches {
  readonly #schema: TypeSchema;
  readonly #columns: readonly Column[];
  readonly #keyCode: KeyCode;
  readonly #slot: Column;
  readonly #bySlot = new Map<number, Set<Watch>>();
  readonly #anySlot = new Set<Watch>();
  /** The row that `#readers` show. */
  #values: RowValues = [];
  readonly #readers: readonly ColumnReader[];
  #count = 0;

  constructor(schema: TypeSchema, columns: readonly Column[]) {
    this.#schema = schema;
    this.#columns = columns;
    this.#keyCode = new KeyCode(schema);
    this.#slot = columns[schema.columns.findIndex(({ role }) => role === 'slot')];
    this.#readers = schema.columns.map((column) => ({
      schema: column,
      get: () => this.#values[column.ordinal],
      isNull: () => this.#values[column.ordinal] === undefined,
    }));
  }

  /** How many watch. */
  get count(): number {
    return this.#count;
  }

  /** See `Source.watch`. */
  add(where: Predicate | undefined, onChange: () => void): () => void {
    const slot = this.#slotOf(where);
    const group = slot < 0 ? this.#anySlot : this.#groupOf(slot);
    const matcherOf = (readers: readonly ColumnReader[]): Matcher =>
      where === undefined ? () => true : compileMatcher(this.#schema, where, readers);
    const watch: Watch = {
      row: matcherOf(this.#columns),
      values: matcherOf(this.#readers),
      onChange,
      end: () => {
        if (!group.delete(watch)) return;
        this.#count--;
        if (group.size === 0 && slot >= 0) this.#bySlot.delete(slot);
      },
    };
    group.add(watch);
    this.#count++;
    return watch.end;
  }

  /** A row is about to change or go, or has just changed. */
  row(row: number): void {
    const slot = this.#slot.get(row) as number;
    for (const watch of this.#concerned(slot)) if (watch.row(row)) fire(watch);
  }

  /** A row of these values is there now. */
  values(values: RowValues, slot: number): void {
    this.#values = values;
    for (const watch of this.#concerned(slot)) if (watch.values(0)) fire(watch);
  }

  /** Every row may have changed. */
  all(): void {
    for (const watch of [...this.#anySlot, ...[...this.#bySlot.values()].flatMap((group) => [...group])]) fire(watch);
  }

  *#concerned(slot: number): Iterable<Watch> {
    yield* this.#anySlot;
    const group = this.#bySlot.get(slot);
    if (group !== undefined) yield* group;
  }

  #groupOf(slot: number): Set<Watch> {
    const known = this.#bySlot.get(slot) ?? new Set();
    this.#bySlot.set(slot, known);
    return known;
  }

  /** The slot of all rows that can match, -1 where there may be several. */
  #slotOf(where: Predicate | undefined): number {
    if (where === undefined) return -1;
    const { routing, key } = this.#schema;
    const { equal } = conjunctsOf(this.#schema, where);
    if (equal.get(routing) !== undefined) return this.#keyCode.slotOfRouting(equal.get(routing));
    const id = this.#keyCode.isSlotInId ? equal.get(key[0]) : undefined;
    return id === undefined ? -1 : this.#keyCode.slotOf(id);
  }
}

interface Watch {
  /** Whether the row of this number matches. */
  readonly row: Matcher;
  /** Whether the values that are shown match. */
  readonly values: Matcher;
  readonly onChange: () => void;
  readonly end: () => void;
}

function fire(watch: Watch): void {
  watch.end();
  watch.onChange();
}
