import type { Columns } from './column.ts';
import type { FirstKeyName, KeyableName, NameOfMode } from './infer.ts';
import { makeSchema } from './make-schema.ts';
import type { TypeDef } from './type-def.ts';
import type { DeclaredOptions, TypeOptions } from './type-options.ts';

/**
 * Declares a type: the one source of its static types, columns, indexes, key, routing and SQL table.
 *
 * Throws TYPE_INVALID where the declaration contradicts itself.
 * @example
 * const Order = defineType('Order', {
 *   id: t.id(),
 *   account: t.string(),
 *   status: t.enum(['new', 'filled']).index(),
 *   qty: t.int32(),
 * }, { routing: 'account', ttl: '1d' });
 * type Order = Infer<typeof Order>;
 */
export function defineType<
  C extends Columns,
  const K extends KeyableName<C> | readonly KeyableName<C>[] = NameOfMode<C, 'id'> & KeyableName<C>,
  R extends KeyableName<C> = FirstKeyName<K> & KeyableName<C>,
>(name: string, columns: C, options: TypeOptions<C, K, R> = {}): TypeDef<C, K, R> {
  const schema = makeSchema(name, columns, options as unknown as DeclaredOptions);
  // The remaining properties of TypeDef exist for the compiler alone.
  return Object.freeze({ name: schema.name, schema }) as TypeDef<C, K, R>;
}
