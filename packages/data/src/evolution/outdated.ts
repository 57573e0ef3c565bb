import { WeftError } from '@weft/base';

/** DECLARATION_OUTDATED: what `why` says of this column cannot be shown by the declaration of a handle. */
export function outdatedColumn(type: string, column: string, why: string): WeftError<'DECLARATION_OUTDATED'> {
  return new WeftError(
    'DECLARATION_OUTDATED',
    `${type}.${column}: ${why}; deploy the program with the present declaration.`,
    { details: { type, column } },
  );
}
