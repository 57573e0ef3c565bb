import type { WasmModule } from '@weft/base';
import type { AggregateShape } from '../evaluate/aggregate-shape.ts';
import type { Predicate } from '../predicate/predicate.ts';
import type { Constants } from './constants.ts';
import type { GroupShape } from './group-shape.ts';
import type { KernelInput } from './inputs.ts';
import type { RecordShape } from './record.ts';

/** A plan lowered for kernels: compiled code, and the constants for it. May be run many times, also at once. */
export interface Fragment {
  /** Ordinals of the columns that a page must give the addresses of, in this order. */
  readonly inputs: readonly number[];
  readonly module: WasmModule;
  readonly columns: readonly KernelInput[];
  readonly constants: Constants;
}

export interface KernelFragment extends Fragment {
  readonly aggregate: AggregateShape;
  readonly groups: GroupShape | undefined;
  /** Per key of a direct array: how many codes it has. */
  readonly sizes: readonly number[];
  readonly record: RecordShape;
  /** Records of an array: one, or all of a direct array; 0 where groups are hashed. */
  readonly records: number;
}

export interface FilterFragment extends Fragment {
  /** What of the predicate is left to check in each selected row; `undefined` where the kernel does it all. */
  readonly residual: Predicate | undefined;
}
