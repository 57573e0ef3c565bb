import { unreachable } from '@weft/base';
import { compareHelper, listHelper, tableHelper } from './emit-compare.ts';
import type { FilterNode } from './filter-node.ts';
import type { Frame } from './frame.ts';
import type { Label } from './wasm/function-builder.ts';

/** Clears the bits of `mask` whose rows do not match; leaves for `skip` as soon as none is left. */
export function emitConjunction(frame: Frame, filter: FilterNode, skip: Label): void {
  const { f, mask } = frame;
  for (const node of filter.op === 'all' ? filter.args : [filter]) {
    emitNode(frame, node);
    f.get(mask).op('i64.and').tee(mask).op('i64.eqz').brIf(skip);
  }
}

/** Pushes the bits of the rows for which the node holds. Bits outside `mask` mean nothing. */
function emitNode(frame: Frame, node: FilterNode): void {
  const { f, module } = frame;
  switch (node.op) {
    case 'all':
    case 'any':
      return emitMany(frame, node.op, node.args);
    case 'constant':
      f.i64(node.value ? -1n : 0n);
      return;
    case 'absent':
      frame.absent(node.input);
      if (!node.wanted) f.i64(-1n).op('i64.xor');
      return;
    case 'compare':
      frame.cells(node.input);
      frame.slot(node.slot);
      f.call(compareHelper(module, frame.inputs[node.input].cell, node.compare));
      return frame.present(node.input);
    case 'list':
      frame.cells(node.input);
      frame.slot(node.slot);
      f.call(listHelper(module, frame.inputs[node.input].cell));
      if (!node.wanted) f.i64(-1n).op('i64.xor');
      return frame.present(node.input);
    case 'table':
      frame.cells(node.input);
      frame.slot(node.slot);
      f.get(frame.mask);
      f.call(tableHelper(module, frame.inputs[node.input].cell));
      return frame.present(node.input);
    default:
      return unreachable(node, 'filter node');
  }
}

function emitMany(frame: Frame, op: 'all' | 'any', args: readonly FilterNode[]): void {
  const { f } = frame;
  f.i64(op === 'all' ? -1n : 0n);
  for (const arg of args) {
    emitNode(frame, arg);
    f.op(op === 'all' ? 'i64.and' : 'i64.or');
  }
}
