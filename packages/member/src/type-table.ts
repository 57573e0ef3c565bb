import { readSchema, type AnyType } from '@weft/data';
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
  readonly #types: (OpenType | Error | undefined)[] = [];

  /** Whatever is wrong with the declaration is thrown by `of`. Throws ProtocolFault. */
  declare(number: number, schemaText: string, grid: Grid): void {
    if (number < 1 || number > TYPES_MAX) throw new ProtocolFault(`types have numbers from 1 to ${TYPES_MAX}`);
    try {
      this.#types[number] = openType(schemaText, grid);
    } catch (error) {
      this.#types[number] = error as Error;
    }
  }

  /** Throws TYPE_CONFLICT, DECLARATION_OUTDATED, ProtocolFault. */
  of(number: number): OpenType {
    const found = this.#types[number];
    if (found === undefined) throw new ProtocolFault(`no type has the number ${number}`);
    if (found instanceof Error) throw found;
    return found;
  }
}

function openType(schemaText: string, grid: Grid): OpenType {
  const schema = readSchema(JSON.parse(schemaText));
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
