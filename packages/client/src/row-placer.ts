import { WeftError, type Clock, type Random } from '@weft/base';
import { generateId, SLOTS, type KeyCode, type RowValues, type TypeSchema } from '@weft/data';
import { HiddenKeys } from './hidden-keys.ts';

/** What keys and ids are made with. */
export interface RowPlacerParts {
  readonly clock: Clock;
  readonly random: Random;
  /** Shared by those that write into the same tables; the placer's own unless given. */
  readonly hiddenKeys?: HiddenKeys;
  /** The slots that rows may go to whose place is for Weft to choose; all unless given. */
  readonly isOurs?: (slot: number) => boolean;
}

/** Gives new rows the keys and ids that their declaration leaves to Weft, and finds their slots. */
export class RowPlacer {
  /** The column of those keys, `undefined` where rows bring theirs. A type has a hidden key or an id, or neither. */
  readonly made: number | undefined;
  readonly #schema: TypeSchema;
  readonly #keyCode: KeyCode;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #hiddenKeys: HiddenKeys;
  readonly #generatedId: number;
  readonly #hiddenKey: number;
  readonly #isOurs: (slot: number) => boolean;
  #suits: (slot: number) => boolean;

  constructor(schema: TypeSchema, keyCode: KeyCode, { clock, random, hiddenKeys, isOurs = anySlot }: RowPlacerParts) {
    this.#isOurs = this.#suits = isOurs;
    const column = schema.columns.find(({ role }) => role === 'generatedId' || role === 'hiddenKey');
    this.made = column?.ordinal;
    this.#schema = schema;
    this.#keyCode = keyCode;
    this.#clock = clock;
    this.#random = random;
    this.#hiddenKeys = hiddenKeys ?? new HiddenKeys(clock);
    this.#generatedId = column?.role === 'generatedId' ? column.ordinal : -1;
    this.#hiddenKey = column?.role === 'hiddenKey' ? column.ordinal : -1;
  }

  /**
   * Fills in the key of a row by ordinal, where it has none. The slot of the row. Throws ROUTING_IMMUTABLE for an id that another
   * slot's row was given, KEY_INVALID where an id must name a slot and does not. `suits`: the slots that the row may go to where that
   * is for Weft to choose.
   */
  place(values: RowValues, suits: (slot: number) => boolean = this.#suits): number {
    const { routing } = this.#schema;
    const keyCode = this.#keyCode;
    if (this.#hiddenKey >= 0) values[this.#hiddenKey] = this.#newHiddenKey(suits);
    if (this.#generatedId < 0) return keyCode.slotOfRouting(values[routing]);
    const given = values[this.#generatedId];
    if (routing === this.#generatedId) {
      values[this.#generatedId] ??= this.#newRoutingId(suits);
      return keyCode.slotOfRouting(values[routing]);
    }
    const slot = keyCode.slotOfRouting(values[routing]);
    values[this.#generatedId] ??= this.#newId(slot);
    if (given !== undefined && keyCode.isSlotInId && keyCode.slotInId(given as string) !== slot)
      throw this.#misplaced(given as string);
    return slot;
  }

  /** While `run` runs, in one turn, rows whose place is for Weft to choose go to slots that suit. */
  within<T>(suits: (slot: number) => boolean, run: () => T): T {
    this.#suits = suits;
    try {
      return run();
    } finally {
      this.#suits = this.#isOurs;
    }
  }

  /** Whether the place of a row that was checked is for Weft to choose. */
  isFree(values: RowValues): boolean {
    return this.made === this.#schema.routing && values[this.made] === undefined;
  }

  #newHiddenKey(suits: (slot: number) => boolean): bigint {
    const isChosen = this.#schema.routing === this.#hiddenKey;
    for (;;) {
      const key = this.#hiddenKeys.next();
      if (!isChosen || suits(this.#keyCode.slotOfRouting(key))) return key;
    }
  }

  /** An id that is the routing value too: its own hash decides where the row goes. */
  #newRoutingId(suits: (slot: number) => boolean): string {
    for (;;) {
      const id = this.#newId(this.#random.uint32() % SLOTS);
      if (suits(this.#keyCode.slotOfRouting(id))) return id;
    }
  }

  #newId(slot: number): string {
    return generateId({ slot, wallMs: this.#clock.wallMs(), random: this.#random });
  }

  #misplaced(id: string): WeftError {
    const { name, columns, routing } = this.#schema;
    const column = columns[routing]!.name;
    return new WeftError(
      'ROUTING_IMMUTABLE',
      `${name}: id ${JSON.stringify(id)} was generated for another value of ${column}, which never changes.`,
      { details: { type: name, column } },
    );
  }
}

const anySlot = (): boolean => true;
