import { WeftError } from '@weft/base';
import { checkerOf, type Checker } from '../kind/check.ts';
import { KEY_BYTES_MAX } from '../kind/limits.ts';
import { hasherOf, SLOTS } from '../kind/routing.ts';
import type { ColumnSchema, TypeSchema } from '../type/schema.ts';
import { unreadableInput } from './row-errors.ts';
import { slotOfId } from './generated-id.ts';

/** A checked key: the bare value of a one-column identity, else the values in identity order. */
export type Key = unknown;

/**
 * How rows of a type are told apart and where they live.
 *
 * The *identity* of a row is its key columns, and its routing column too where that is not one of them: without it a key
 * would name one row in each partition. Generated ids carry their slot, so there the id alone is the identity.
 */
export class KeyCode {
  readonly typeName: string;
  /** The columns of the identity. */
  readonly columns: readonly ColumnSchema[];
  /** Whether ids of this type carry the slot of another routing column. */
  readonly isSlotInId: boolean;
  readonly #schema: TypeSchema;
  readonly #checks: readonly Checker[];
  readonly #routing: ColumnSchema;
  readonly #isOneString: boolean;
  /** Position of the routing column in the identity, -1 where the id carries the slot. */
  readonly #routingAt: number;
  readonly #hashRouting: (value: unknown, seed: number) => number;

  constructor(schema: TypeSchema) {
    this.#schema = schema;
    this.typeName = schema.name;
    const key = schema.key.map((ordinal) => schema.columns[ordinal]);
    this.#routing = schema.columns[schema.routing];
    const isInKey = schema.key.includes(schema.routing);
    this.isSlotInId = !isInKey && key.length === 1 && key[0].role === 'generatedId';
    this.columns = isInKey || this.isSlotInId ? key : [...key, this.#routing];
    this.#routingAt = this.columns.indexOf(this.#routing);
    this.#checks = this.columns.map((column) => checkerOf(column, schema.name));
    this.#isOneString = this.columns.length === 1 && this.columns[0].kind.name === 'string';
    this.#hashRouting = hasherOf(this.#routing.kind);
  }

  /** Checks what a caller gave as key. Throws KEY_INVALID, VALUE_INVALID, VALUE_OUT_OF_RANGE. */
  check(input: unknown): Key {
    if (this.columns.length === 1) return this.#checkValue(0, input);
    if (typeof input !== 'object' || input === null) throw this.#invalid(`is an object of ${this.#names()}`);
    try {
      return this.columns.map(({ name }, at) => this.#checkValue(at, (input as Record<string, unknown>)[name]));
    } catch (error) {
      throw unreadableInput(
        this.#schema,
        input,
        this.columns.map(({ name }) => name),
        error,
      );
    }
  }

  /** As `check`, for looking a key up: text that no row can have as its key is let through, and not found. */
  checkLookup(input: unknown): Key {
    if (this.#isOneString && typeof input === 'string' && input.length <= KEY_BYTES_MAX) return input;
    return this.check(input);
  }

  /** The key of a row's values by ordinal. */
  of(values: readonly unknown[]): Key {
    if (this.columns.length === 1) return values[this.columns[0].ordinal];
    return this.columns.map(({ ordinal }) => values[ordinal]);
  }

  /** The slot that holds the row with this key, -1 for an id that carries none and so names no row. */
  slotOf(key: Key): number {
    if (this.isSlotInId) return slotOfId(key as string);
    return this.slotOfRouting(this.columns.length === 1 ? key : (key as unknown[])[this.#routingAt]);
  }

  /** The slot in the id of a row to be written, of a type whose ids carry it. Throws KEY_INVALID for any other text. */
  slotInId(id: string): number {
    const slot = slotOfId(id);
    if (slot < 0) throw this.#invalid('is an id that Weft generated; this text is none');
    return slot;
  }

  slotOfRouting(value: unknown): number {
    return this.#hashRouting(value, 0) & (SLOTS - 1);
  }

  /** The key as a caller gives it: the bare value, or an object of the columns. */
  shown(key: Key): unknown {
    if (this.columns.length === 1) return key;
    return Object.fromEntries(this.columns.map(({ name }, at) => [name, (key as unknown[])[at]]));
  }

  /** The key in words, for messages. Keys may be shown; other values never are. */
  describe(key: Key): string {
    const parts = this.columns.length === 1 ? [key] : (key as unknown[]);
    return parts.map((part, at) => `${this.columns[at].name} ${describeValue(part)}`).join(', ');
  }

  #checkValue(at: number, value: unknown): unknown {
    if (value === undefined || value === null)
      throw this.#invalid(`needs ${this.#names()}; ${this.columns[at].name} is absent`);
    return this.#checks[at](value);
  }

  #names(): string {
    return this.columns.map((column) => column.name).join(' and ');
  }

  #invalid(rule: string): WeftError {
    return new WeftError('KEY_INVALID', `${this.#schema.name}: a key ${rule}.`, {
      details: { type: this.#schema.name, columns: this.#names() },
    });
  }
}

const SHOWN_LENGTH_MAX = 64;

function describeValue(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > SHOWN_LENGTH_MAX ? `${value.slice(0, SHOWN_LENGTH_MAX)}…` : value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return String(value);
}
