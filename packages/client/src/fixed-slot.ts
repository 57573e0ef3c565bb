import { conjunctsOf, slotOfId, type KeyCode, type Predicate, type TypeSchema } from '@weft/data';

/** The slot of all rows that match, where the condition fixes it: by the routing value, or by an id that carries it. */
export function slotFixedBy(schema: TypeSchema, keyCode: KeyCode, where: Predicate | undefined): number | undefined {
  if (where === undefined) return undefined;
  const { equal } = conjunctsOf(schema, where);
  const routing = equal.get(schema.routing);
  if (routing !== undefined) return keyCode.slotOfRouting(routing);
  const id = keyCode.isSlotInId ? equal.get(keyCode.columns[0]!.ordinal) : undefined;
  const slot = id === undefined ? -1 : slotOfId(id as string);
  return slot < 0 ? undefined : slot;
}
