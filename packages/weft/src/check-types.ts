import { WeftError } from '@weft/base';

/** Throws OPTION_INVALID unless the option `types` is an array. What is in it is looked at where each type is opened. */
export function checkTypes(where: 'createGrid' | 'connect', types: unknown): void {
  if (Array.isArray(types)) return;
  throw new WeftError('OPTION_INVALID', `${where}: types is an array of what defineType made, such as [Order].`);
}
