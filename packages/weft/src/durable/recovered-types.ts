import { finish, planEvolution, WHOLE, type Slice, type TypeSchema } from '@weft/data';
import type { Partition } from '@weft/store';

/** A type as a recovery found it. */
export interface RecoveredType {
  /** The declarations that it had, in order, the stored one last. */
  readonly declarations: readonly TypeSchema[];
  /** The greatest key that Weft made for its rows; 0 where it makes none. */
  readonly lastHiddenKey: bigint;
}

/**
 * The types of all partitions. A crash may have come after some partitions had recorded a declaration and before others had: those follow now. To be
 * called once the logs are on.
 */
export function recoveredTypes(partitions: readonly Partition[], slice: Slice = WHOLE): RecoveredType[] {
  const found = new Map<string, readonly TypeSchema[]>();
  for (const { log } of partitions)
    for (const { schema } of log.types.last()) {
      const declarations = log.types.declarationsOf(schema.name);
      if (declarations.length > (found.get(schema.name)?.length ?? 0)) found.set(schema.name, declarations);
    }
  return [...found.values()].map((declarations) => {
    for (const partition of partitions) follow(partition, declarations, slice);
    return { declarations, lastHiddenKey: lastHiddenKey(partitions, declarations.at(-1)!) };
  });
}

function follow(partition: Partition, declarations: readonly TypeSchema[], slice: Slice): void {
  const port = partition.port(declarations[0]!);
  for (const schema of declarations.slice(partition.log.types.declarationsOf(port.schema.name).length))
    finish(port.evolve(planEvolution(port.schema, schema), { slice })).commit();
}

/** The greatest hidden key of all rows: keys are made above it, whatever the clock says. */
function lastHiddenKey(partitions: readonly Partition[], schema: TypeSchema): bigint {
  const ordinal = schema.columns.findIndex(({ role }) => role === 'hiddenKey');
  if (ordinal < 0) return 0n;
  let last = 0n;
  for (const partition of partitions) {
    const { live, columns } = partition.port(schema).table;
    for (let row = 0; row < live.rowCount; row++) {
      if (!live.has(row)) continue;
      const key = columns[ordinal]!.get(row) as bigint;
      if (key > last) last = key;
    }
  }
  return last;
}
