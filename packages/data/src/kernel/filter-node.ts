import type { CompareName } from './cell.ts';
import type { Slot } from './constants.ts';

/**
 * A lowered predicate. Negation is gone: as in the naive matcher every leaf asks "true?" or "false?", and is no where
 * the value is absent. Plain data without constants, so that its JSON is part of the shape.
 */
export type FilterNode =
  | { readonly op: 'all' | 'any'; readonly args: readonly FilterNode[] }
  | { readonly op: 'constant'; readonly value: boolean }
  /** Whether the input is absent, or present. */
  | { readonly op: 'absent'; readonly input: number; readonly wanted: boolean }
  | { readonly op: 'compare'; readonly input: number; readonly compare: CompareName; readonly slot: Slot }
  /** Whether the value is among the slot's list, or outside it. */
  | { readonly op: 'list'; readonly input: number; readonly wanted: boolean; readonly slot: Slot }
  /** Whether the slot's table holds 1 at the cell, a code. */
  | { readonly op: 'table'; readonly input: number; readonly slot: Slot };

/** The order in which the arguments of a conjunction run: cheap ones first, as the first that is empty ends a word. */
export function costOf(node: FilterNode): number {
  switch (node.op) {
    case 'all':
    case 'any':
      return node.args.reduce((sum, arg) => sum + costOf(arg), 0);
    case 'table':
      return 50;
    case 'list':
      return 20;
    default:
      return 1;
  }
}
