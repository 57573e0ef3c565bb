import type { Predicate } from '../predicate/predicate.ts';
import type { TypeSchema } from '../type/schema.ts';
import { Constants } from './constants.ts';
import { emitConjunction } from './emit-filter.ts';
import type { FilterNode } from './filter-node.ts';
import type { FilterFragment } from './fragment.ts';
import { Frame, type InputShape } from './frame.ts';
import { DATA } from './header.ts';
import { Inputs } from './inputs.ts';
import { inputShapes } from './lower-aggregate.ts';
import { type LoweringScope, lowerPredicate } from './lower-predicate.ts';
import { moduleOf } from './module-cache.ts';
import type { Dictionaries } from './page.ts';
import { kernelsSupported } from './support.ts';
import { SCRATCH } from './wasm/function-builder.ts';
import { ModuleBuilder } from './wasm/module-builder.ts';

/**
 * The predicate as a kernel that selects rows. Conjuncts beyond kernels are left as `residual`, to be checked in the
 * rows selected; `undefined` where nothing is left for the kernel. As to dictionaries see `lowerAggregate`.
 */
export function lowerFilter(
  schema: TypeSchema,
  predicate: Predicate,
  dictionaries: Dictionaries,
): FilterFragment | undefined {
  if (!kernelsSupported()) return undefined;
  const scope: LoweringScope = { schema, inputs: new Inputs(dictionaries), constants: new Constants() };
  const { filter, residual } = split(scope, conjuncts(predicate));
  if (filter === undefined) return undefined;
  const inputs = inputShapes(scope.inputs);
  return {
    inputs: scope.inputs.list.map(({ column }) => column.ordinal),
    module: moduleOf(`select ${JSON.stringify({ inputs, filter })}`, () => emitFilter(inputs, filter)),
    columns: scope.inputs.list,
    constants: scope.constants,
    residual,
  };
}

function conjuncts(predicate: Predicate): readonly Predicate[] {
  return predicate.op === 'and' ? predicate.args.flatMap(conjuncts) : [predicate];
}

function split(
  scope: LoweringScope,
  predicates: readonly Predicate[],
): { filter: FilterNode | undefined; residual: Predicate | undefined } {
  const kernel = predicates.filter((predicate) => {
    // Tried with inputs and constants of its own, so that what does not lower leaves nothing behind.
    const trial = { ...scope, inputs: scope.inputs.fresh(), constants: new Constants() };
    return lowerPredicate(trial, predicate) !== undefined;
  });
  const rest = predicates.filter((predicate) => !kernel.includes(predicate));
  return {
    filter: kernel.length === 0 && rest.length > 0 ? undefined : lowerPredicate(scope, { op: 'and', args: kernel }),
    residual: rest.length === 0 ? undefined : rest.length === 1 ? rest[0] : { op: 'and', args: rest },
  };
}

/** `page()` → how many rows match, whose numbers are at DATA, two bytes each; `count()` → only how many. */
function emitFilter(inputs: readonly InputShape[], filter: FilterNode): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.define('page', [], ['i32'], (f) => {
    const frame = new Frame(module, f, inputs);
    const end = f.local('i32');
    f.i32(0).access('i32.load', SCRATCH, DATA).set(end);
    frame.emit((skip) => {
      const { base, mask } = frame;
      emitConjunction(frame, filter, skip);
      f.loop((next) => {
        f.get(end).get(base).get(mask).op('i64.ctz').op('i32.wrap_i64').op('i32.add').access('i32.store16', SCRATCH);
        f.get(end).i32(2).op('i32.add').set(end);
        f.get(mask).i64(-1n).op('i64.add').get(mask).op('i64.and').tee(mask).op('i64.eqz').brIf(skip).br(next);
      });
    });
    f.get(end).i32(0).access('i32.load', SCRATCH, DATA).op('i32.sub').i32(1).op('i32.shr_u');
  });
  module.define('count', [], ['i32'], (f) => {
    const frame = new Frame(module, f, inputs);
    const rows = f.local('i64');
    frame.emit((skip) => {
      emitConjunction(frame, filter, skip);
      f.get(rows).get(frame.mask).op('i64.popcnt').op('i64.add').set(rows);
    });
    f.get(rows).op('i32.wrap_i64');
  });
  return module.toBytes();
}
