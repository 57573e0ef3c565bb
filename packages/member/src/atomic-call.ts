import { WeftError } from '@weft/base';
import type { AtomicWrites } from '@weft/client';
import type { RequestContext } from './context.ts';

/** Writes of one batch that are looked at: past that `grid.atomic` refuses it in any case. */
const WRITES_MAX = 1000;

/** `grid.atomic` of writes that came over the network: kind, number of the type, and what the verb is given. */
export function atomicOf({ types }: RequestContext, writes: unknown): (b: AtomicWrites) => never {
  if (!Array.isArray(writes) || writes.length > WRITES_MAX)
    throw new WeftError('TRANSACTION_TOO_LARGE', `grid.atomic: ${WRITES_MAX} writes at most are looked at.`);
  return (b) =>
    writes.map((write: unknown) => {
      const [kind, type, ...args] = Array.isArray(write) ? (write as unknown[]) : [];
      if (kind !== 'write' && kind !== 'update' && kind !== 'delete')
        throw new WeftError('OPTION_INVALID', 'grid.atomic: a write is a write, an update or a delete.');
      const make = b[kind] as (...args: unknown[]) => unknown;
      return make(types.of(type as number).type, ...args);
    }) as never;
}
