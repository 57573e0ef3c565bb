import { utf8Length } from '@weft/base';
import { SCHEMA_TEXT_MAX, type AnyType } from '@weft/data';
import { servedType, type Grid, type ServedType, type Space } from '@weft/client';
import { ProtocolFault } from '@weft/protocol';
import type { Declaration, Declarations } from './declarations.ts';

/** A type as one connection has it. */
export interface OpenType extends Declaration {
  readonly space: Space<AnyType>;
  readonly served: ServedType;
}

/** Types of one connection. */
export const TYPES_MAX = 4096;
/** Declarations of a connection that the grid did not take: they are kept, since it may later. */
const REFUSED_MAX = 16;
/** Characters of these declarations: one of any length that is taken, or many short ones. */
const REFUSED_UNITS_MAX = SCHEMA_TEXT_MAX;

/** The types that a connection has named, by the numbers that the client gave them. */
export class TypeTable {
  readonly #declarations: Declarations;
  readonly #grid: Grid;
  #refused = 0;
  #refusedUnits = 0;
  /** Bytes of those, as they count for the host. */
  #refusedBytes = 0;
  readonly #types: (OpenType | string | undefined)[] = [];

  constructor(declarations: Declarations, grid: Grid) {
    this.#declarations = declarations;
    this.#grid = grid;
  }

  /** By its JSON, or its fingerprint where that is known. Whatever is wrong with the declaration is thrown by `of`. Throws ProtocolFault. */
  declare(number: number, text: string): void {
    if (number < 1 || number > TYPES_MAX) throw new ProtocolFault(`types have numbers from 1 to ${TYPES_MAX}`);
    try {
      this.#types[number] = this.#open(text);
    } catch {
      this.#refusedUnits += text.length;
      if (++this.#refused > REFUSED_MAX || this.#refusedUnits > REFUSED_UNITS_MAX)
        throw new ProtocolFault(`${this.#refused} declarations of ${this.#refusedUnits} characters were refused`);
      this.#keep(number, text);
    }
  }

  /** The connection is over. */
  close(): void {
    this.#declarations.release(this.#refusedBytes);
    this.#refusedBytes = 0;
  }

  /** Throws TYPE_INVALID, TYPE_CONFLICT, DECLARATION_OUTDATED, OVERLOADED, ProtocolFault. */
  of(number: number): OpenType {
    const found = this.#types[number];
    if (found === undefined) throw new ProtocolFault(`no type has the number ${number}`);
    if (typeof found !== 'string') return found;
    // The grid may have gone over to this declaration meanwhile.
    return (this.#types[number] = this.#open(found));
  }

  #keep(number: number, text: string): void {
    const bytes = utf8Length(text);
    if (!this.#declarations.hold(bytes))
      throw new ProtocolFault('there is no room for a declaration that was refused: DECLARATION_BYTES_MAX');
    this.#refusedBytes += bytes;
    this.#types[number] = text;
  }

  #open(text: string): OpenType {
    const declaration = this.#declarations.of(text);
    const space = this.#grid.space(declaration.type);
    // However many numbers a client has for it.
    for (const type of this.#types) if (typeof type === 'object' && type.space === space) return type;
    return { ...declaration, space, served: servedType(space) };
  }
}
