import { cellOf } from '../kind/cell-of.ts';
import type { Kind } from '../type/schema.ts';
import type { Access, Op } from './wasm/opcodes.ts';

/** Cells that kernels read. A string column counts as u16: the codes of its dictionary. */
export type KernelCell = 'u8' | 'u16' | 'i16' | 'i32' | 'i64' | 'f32' | 'f64';

/** The cell of a kind, as in `memory/layout.ts`; `undefined` where kernels cannot read it. */
export function kernelCellOf(kind: Kind): KernelCell | undefined {
  if (kind.name === 'string') return 'u16';
  const cell = cellOf(kind);
  return cell === 'b16' || cell === 'ref' ? undefined : cell;
}

export interface CellTraits {
  /** log2 of the cell's bytes. */
  readonly shift: 0 | 1 | 2 | 3;
  /** What aggregates compute in. */
  readonly wide: 'i64' | 'f64';
  /** Loads one cell into the stack's type; f32 is then promoted. */
  readonly load: Access;
  readonly splat: Access;
  /** Vector of the comparison and the suffix of its orders. */
  readonly shape: 'i8x16' | 'i16x8' | 'i32x4' | 'i64x2' | 'f32x4' | 'f64x2';
  readonly order: '' | '_s' | '_u';
}

export const cellTraits: Readonly<Record<KernelCell, CellTraits>> = {
  u8: { shift: 0, wide: 'i64', load: 'i64.load8_u', splat: 'v128.load8_splat', shape: 'i8x16', order: '_u' },
  u16: { shift: 1, wide: 'i64', load: 'i64.load16_u', splat: 'v128.load16_splat', shape: 'i16x8', order: '_u' },
  i16: { shift: 1, wide: 'i64', load: 'i64.load16_s', splat: 'v128.load16_splat', shape: 'i16x8', order: '_s' },
  i32: { shift: 2, wide: 'i64', load: 'i64.load32_s', splat: 'v128.load32_splat', shape: 'i32x4', order: '_s' },
  i64: { shift: 3, wide: 'i64', load: 'i64.load', splat: 'v128.load64_splat', shape: 'i64x2', order: '_s' },
  f32: { shift: 2, wide: 'f64', load: 'f32.load', splat: 'v128.load32_splat', shape: 'f32x4', order: '' },
  f64: { shift: 3, wide: 'f64', load: 'f64.load', splat: 'v128.load64_splat', shape: 'f64x2', order: '' },
};

export type CompareName = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge';

/** The vector instruction of a comparison. */
export function compareOp(cell: KernelCell, compare: CompareName): Op {
  const { shape, order } = cellTraits[cell];
  return `${shape}.${compare}${compare === 'eq' || compare === 'ne' ? '' : order}` as Op;
}
