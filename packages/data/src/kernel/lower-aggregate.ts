import { type AggregateShape, aggregateShape, type TermShape } from '../evaluate/aggregate-shape.ts';
import type { AggregatePlan } from '../plan/plan.ts';
import type { KindName, TypeSchema } from '../type/schema.ts';
import { Constants } from './constants.ts';
import { GroupEmitter } from './emit-groups.ts';
import { emitConjunction } from './emit-filter.ts';
import { defineDivide } from './emit-probe.ts';
import { emitWhole } from './emit-whole.ts';
import type { FilterNode } from './filter-node.ts';
import type { KernelFragment } from './fragment.ts';
import { Frame, type InputShape } from './frame.ts';
import type { GroupShape } from './group-shape.ts';
import { ROWS } from './header.ts';
import { Inputs } from './inputs.ts';
import { lowerGroups } from './lower-groups.ts';
import { type LoweringScope, lowerPredicate } from './lower-predicate.ts';
import { moduleOf } from './module-cache.ts';
import type { Dictionaries } from './page.ts';
import { type Field, recordOf, type RecordShape } from './record.ts';
import { kernelsSupported } from './support.ts';
import { SCRATCH } from './wasm/function-builder.ts';
import { ModuleBuilder } from './wasm/module-builder.ts';

/**
 * The aggregate as a kernel; `undefined` where some part of it is beyond kernels, and rows have to be evaluated one by
 * one. `having`, `orderBy` and `limit` are not looked at: `finishAggregate` applies them.
 *
 * Kernels do: the comparisons, lists, text matches and null tests of predicates on numbers, dates, times, enums and
 * strings with a dictionary; count, sum, avg, min and max of numbers, min and max of dates, times, enums and bools;
 * groups by bool, int, date, time, enum and dictionary columns whose values fit into 64 bits side by side.
 *
 * Dictionaries must not grow between this call and the snapshot that is read: lower after the snapshot was opened.
 */
export function lowerAggregate(
  schema: TypeSchema,
  plan: AggregatePlan,
  dictionaries: Dictionaries,
): KernelFragment | undefined {
  if (!kernelsSupported()) return undefined;
  const scope: LoweringScope = { schema, inputs: new Inputs(dictionaries), constants: new Constants() };
  const aggregate = aggregateShape(schema, plan);
  const filter = plan.where && lowerPredicate(scope, plan.where);
  if (plan.where !== undefined && filter === undefined) return undefined;
  const fields = lowerTerms(scope, aggregate);
  const groups = lowerGroups(scope, aggregate.by);
  if (fields === undefined || groups === undefined) return undefined;
  const record = recordOf(fields, aggregate.by.length > 0);
  const shape = { inputs: inputShapes(scope.inputs), filter, groups: groups.shape, record };
  return {
    inputs: scope.inputs.list.map(({ column }) => column.ordinal),
    module: moduleOf(JSON.stringify(shape), () => emitAggregate(shape)),
    columns: scope.inputs.list,
    constants: scope.constants,
    aggregate,
    groups: groups.shape,
    sizes: groups.sizes,
    record,
    records: groups.records,
  };
}

export function inputShapes(inputs: Inputs): InputShape[] {
  return inputs.list.map(({ cell, column }) => ({ cell, optional: column.optional }));
}

/** The fields that the terms are computed from; `undefined` where a term is beyond kernels. */
function lowerTerms(scope: LoweringScope, aggregate: AggregateShape): Field[] | undefined {
  const fields: Field[] = [];
  for (const term of aggregate.terms) {
    const lowered = lowerTerm(scope, term);
    if (lowered === undefined) return undefined;
    fields.push(...lowered);
  }
  return fields;
}

function lowerTerm(scope: LoweringScope, { fn, column }: TermShape): Field[] | undefined {
  if (column === undefined || (fn === 'count' && !column.optional)) return [];
  if (fn === 'countDistinct' || fn === 'distinct') return undefined;
  const input = scope.inputs.indexOf(column);
  if (input === undefined) return undefined;
  const present: Field[] = column.optional ? [{ what: 'present', input }] : [];
  if (fn === 'count') return present;
  if (column.kind.name === 'string' || ((fn === 'sum' || fn === 'avg') && !summable.has(column.kind.name))) {
    return undefined;
  }
  return [...present, { what: fn === 'avg' ? 'sum' : fn, input, cell: scope.inputs.list[input].cell }];
}

const summable: ReadonlySet<KindName> = new Set<KindName>(['int16', 'int32', 'int64', 'float32', 'float64', 'decimal']);

interface AggregateKernelShape {
  readonly inputs: readonly InputShape[];
  readonly filter: FilterNode | undefined;
  readonly groups: GroupShape | undefined;
  readonly record: RecordShape;
}

/** `page()` → the row after the last one done: the page's row count, or where a segment of groups was full. */
function emitAggregate({ inputs, filter, groups, record }: AggregateKernelShape): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.define('page', [], ['i32'], (f) => {
    const frame = new Frame(module, f, inputs);
    const emitter = groups && new GroupEmitter(frame, groups, record);
    emitter?.prepare();
    frame.emit((skip) => {
      if (filter !== undefined) emitConjunction(frame, filter, skip);
      if (emitter === undefined) emitWhole(frame, record);
      else emitter.word(skip);
    });
    f.i32(0).access('i32.load', SCRATCH, ROWS);
  });
  if (groups?.mode === 'hash') defineDivide(module, record.bytes);
  return module.toBytes();
}
