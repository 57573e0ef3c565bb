import { type CellTraits, cellTraits, type CompareName, compareOp, type KernelCell } from './cell.ts';
import { type FunctionBuilder, type Local, SCRATCH, SEGMENT } from './wasm/function-builder.ts';
import type { ModuleBuilder } from './wasm/module-builder.ts';

/** Rows that one step turns into bits. */
const STEP_ROWS = 16;
const WORD_ROWS = 64;
const VECTOR_BYTES = 16;

/** Takes from two vectors of two 64-bit lanes the low halves of all four. */
const LOW_HALVES = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];

/**
 * A helper `(cells, constant address) → i64`: bit r says whether cell r of 64 compares so with the constant.
 *
 * Vectors of lane masks narrow in pairs, 64 → 32 → 16 → 8 bits a lane, until one vector stands for 16 rows;
 * its sign bits are the answer. (−1 and 0 survive signed saturation.)
 */
export function compareHelper(module: ModuleBuilder, cell: KernelCell, compare: CompareName): number {
  return module.helper(`compare:${cell}:${compare}`, ['i32', 'i32'], ['i64'], (f) => {
    const traits = cellTraits[cell];
    const constant = f.local('v128');
    f.get(1).access(traits.splat, SCRATCH).set(constant);
    for (let from = 0; from < WORD_ROWS; from += STEP_ROWS) {
      narrowed({ f, cell, compare, constant }, from << traits.shift, STEP_ROWS);
      f.op('i8x16.bitmask').op('i64.extend_i32_u');
      if (from > 0) f.i64(BigInt(from)).op('i64.shl').op('i64.or');
    }
  });
}

interface Comparing {
  readonly f: FunctionBuilder;
  readonly cell: KernelCell;
  readonly compare: CompareName;
  readonly constant: Local;
}

/** Leaves one vector of masks for `rows` cells at byte `offset`: one comparison, or two halves narrowed together. */
function narrowed(comparing: Comparing, offset: number, rows: number): void {
  const { f, cell, compare, constant } = comparing;
  const { shift }: CellTraits = cellTraits[cell];
  if (rows << shift === VECTOR_BYTES) {
    f.get(0).access('v128.load', SEGMENT, offset).get(constant).op(compareOp(cell, compare));
    return;
  }
  const half = rows / 2;
  narrowed(comparing, offset, half);
  narrowed(comparing, offset + (half << shift), half);
  if (rows === 16) f.op('i8x16.narrow_i16x8_s');
  else if (rows === 8) f.op('i16x8.narrow_i32x4_s');
  else f.shuffle(LOW_HALVES);
}

/** A helper `(cells, slot address) → i64`: bit r says whether cell r is among the list of the slot. */
export function listHelper(module: ModuleBuilder, cell: KernelCell): number {
  const equals = compareHelper(module, cell, 'eq');
  return module.helper(`list:${cell}`, ['i32', 'i32'], ['i64'], (f) => {
    const at = f.local('i32');
    const end = f.local('i32');
    const found = f.local('i64');
    f.get(1).access('i32.load', SCRATCH).tee(at);
    f.get(1).access('i32.load', SCRATCH, 4).i32(3).op('i32.shl').op('i32.add').set(end);
    f.block((done) => {
      f.loop((next) => {
        f.get(at).get(end).op('i32.ge_u').brIf(done);
        f.get(found).get(0).get(at).call(equals).op('i64.or').set(found);
        f.get(at).i32(8).op('i32.add').set(at).br(next);
      });
    });
    f.get(found);
  });
}

/** A helper `(cells, slot address, rows wanted) → i64`: of the rows wanted those whose code the slot's table accepts. */
export function tableHelper(module: ModuleBuilder, cell: KernelCell): number {
  return module.helper(`table:${cell}`, ['i32', 'i32', 'i64'], ['i64'], (f) => {
    const table = f.local('i32');
    const found = f.local('i64');
    const row = f.local('i64');
    const { load, shift } = cellTraits[cell];
    f.get(1).access('i32.load', SCRATCH).set(table);
    f.block((done) => {
      f.loop((next) => {
        f.get(2).op('i64.eqz').brIf(done);
        f.get(2).op('i64.ctz').set(row);
        f.get(0).get(row).op('i32.wrap_i64').i32(shift).op('i32.shl').op('i32.add').access(load, SEGMENT);
        f.op('i32.wrap_i64').get(table).op('i32.add').access('i64.load8_u', SCRATCH);
        f.get(row).op('i64.shl').get(found).op('i64.or').set(found);
        f.get(2).i64(-1n).op('i64.add').get(2).op('i64.and').set(2).br(next);
      });
    });
    f.get(found);
  });
}
