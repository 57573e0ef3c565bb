import { foreignSchema, type AnyType } from '@weft/data';
import { servedType, type Grid, type ServedType, type Space } from '@weft/client';
import { ProtocolFault, RowForm } from '@weft/protocol';

/** A type as one connection has it. */
export interface OpenType {
  readonly type: AnyType;
  readonly form: RowForm;
  readonly space: Space<AnyType>;
  readonly served: ServedType;
  /** Ordinal of the version; -1 where the type has none. */
  readonly version: number;
  /** The row that is being written, by ordinal. Used within one turn only. */
  readonly values: unknown[];
}

/** Types of one connection. */
export const TYPES_MAX = 4096;

/** The types that a connection has named, by the numbers that the client gave them. */
export class TypeTable {
  readonly #types: (OpenType | Refused | undefined)[] = [];

  /** Whatever is wrong with the declaration is thrown by `of`. Throws ProtocolFault. */
  declare(number: number, schemaText: string, grid: Grid): void {
    if (number < 1 || number > TYPES_MAX) throw new ProtocolFault(`types have numbers from 1 to ${TYPES_MAX}`);
    try {
      this.#types[number] = openType(schemaText, grid);
    } catch {
      this.#types[number] = { schemaText, grid };
    }
  }

  /** Throws TYPE_INVALID, TYPE_CONFLICT, DECLARATION_OUTDATED, ProtocolFault. */
  of(number: number): OpenType {
    const found = this.#types[number];
    if (found === undefined) throw new ProtocolFault(`no type has the number ${number}`);
    if ('space' in found) return found;
    // The grid may have gone over to this declaration meanwhile.
    return (this.#types[number] = openType(found.schemaText, found.grid));
  }
}

/** A declaration that the grid did not take. */
interface Refused {
  readonly schemaText: string;
  readonly grid: Grid;
}

function openType(schemaText: string, grid: Grid): OpenType {
  const declared = declaredType(schemaText, grid);
  const space = grid.space(declared.type);
  return { ...declared, space, served: servedType(space) };
}

type Declared = Omit<OpenType, 'space' | 'served'>;

/** Declarations that are kept for the connections that come. */
const DECLARATIONS_KEPT_MAX = 256;

/** By their text, of each grid: thousands of connections name the same few types, whose code is generated once. */
const kept = new WeakMap<Grid, Map<string, Declared>>();

function declaredType(schemaText: string, grid: Grid): Declared {
  const known = kept.get(grid) ?? new Map<string, Declared>();
  kept.set(grid, known);
  const found = known.get(schemaText);
  if (found !== undefined) return found;
  const schema = foreignSchema(schemaText);
  const declared = {
    type: { name: schema.name, schema } as AnyType,
    form: new RowForm(schema),
    version: schema.columns.findIndex(({ role }) => role === 'version'),
    values: schema.columns.map(() => undefined),
  };
  if (known.size === DECLARATIONS_KEPT_MAX) known.delete(known.keys().next().value!);
  known.set(schemaText, declared);
  return declared;
}
