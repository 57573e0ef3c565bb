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
  const schema = foreignSchema(schemaText);
  const type = { name: schema.name, schema } as AnyType;
  const space = grid.space(type);
  return {
    type,
    form: new RowForm(schema),
    space,
    served: servedType(space),
    version: schema.columns.findIndex(({ role }) => role === 'version'),
    values: schema.columns.map(() => undefined),
  };
}
