import { cellTraits, type KernelCell } from './cell.ts';
import { foldValue, HIGH_HALF_SHIFT, loadWide, LOW_HALF } from './emit-fold.ts';
import type { Frame } from './frame.ts';
import { DATA, LANE_MASKS } from './header.ts';
import { EXTREME_LANES, isSplit, type PlacedField, type RecordShape, type ValueField } from './record.ts';
import { type FunctionBuilder, type Local, SCRATCH, SEGMENT } from './wasm/function-builder.ts';
import type { ModuleBuilder } from './wasm/module-builder.ts';

/**
 * From so many matching rows of 64 the vectors pay, though they look at all 64. Measured over 4 M rows: with one row in
 * 64 both take 0.8 ns a row, with two the vectors 0.7 and the loop, whose length is never foreseen, 1.1.
 */
const DENSE_ROWS_MIN = 2;
const PAIRS = 32;
const VECTOR_BYTES = 16;

/** Aggregates without groups: folds the word's matching rows into the one record at DATA. */
export function emitWhole(frame: Frame, record: RecordShape): void {
  for (const placed of record.fields) emitField(frame, placed);
}

function emitField(frame: Frame, { field, offset }: PlacedField): void {
  const { f, mask, module } = frame;
  if (field.what === 'rows' || field.what === 'present') {
    pushData(f);
    pushData(f).access('i64.load', SCRATCH, offset);
    f.get(mask);
    if (field.what === 'present') frame.present(field.input);
    f.op('i64.popcnt').op('i64.add').access('i64.store', SCRATCH, offset);
    return;
  }
  frame.cells(field.input);
  f.get(mask);
  frame.present(field.input);
  pushData(f).i32(offset).op('i32.add');
  f.call(wholeHelper(module, field));
}

function pushData(f: FunctionBuilder): FunctionBuilder {
  return f.i32(0).access('i32.load', SCRATCH, DATA);
}

const CELLS: Local = 0;
const ROWS: Local = 1;
const STATE: Local = 2;

/** A helper `(cells, rows, state)` that folds the cells of those rows of a word into the numbers at `state`. */
function wholeHelper(module: ModuleBuilder, field: ValueField): number {
  return module.helper(`whole:${field.what}:${field.cell}`, ['i32', 'i64', 'i32'], [], (f) => {
    if (!pairLoads(field.cell)) return emitSparse(f, field);
    f.get(ROWS)
      .i64(-1n)
      .op('i64.eq')
      .if(
        () => emitVectors(f, field, emitFull),
        () => {
          f.get(ROWS).op('i64.popcnt').i64(BigInt(DENSE_ROWS_MIN)).op('i64.ge_u');
          f.if(
            () => emitVectors(f, field, emitDense),
            () => emitSparse(f, field),
          );
        },
      );
  });
}

/** Row by row, through the set bits. */
function emitSparse(f: FunctionBuilder, field: ValueField): void {
  const { shift, wide } = cellTraits[field.cell];
  const row = f.local('i32');
  const value = f.local(wide);
  const record = f.local('i32');
  f.block((done) => {
    f.loop((next) => {
      f.get(ROWS).op('i64.eqz').brIf(done);
      f.get(ROWS).op('i64.ctz').op('i32.wrap_i64').set(row);
      f.get(CELLS).get(row).i32(shift).op('i32.shl').op('i32.add');
      loadWide(f, field.cell);
      f.set(value).get(STATE);
      // Float sums have a lane for each row modulo four.
      if (wide === 'f64' && field.what === 'sum') f.get(row).i32(3).op('i32.and').i32(3).op('i32.shl').op('i32.add');
      f.set(record);
      foldValue(f, field, { value, record, offset: 0, highs: VECTOR_BYTES });
      f.get(ROWS).i64(-1n).op('i64.add').get(ROWS).op('i64.and').set(ROWS).br(next);
    });
  });
}

function emitVectors(f: FunctionBuilder, field: ValueField, pairs: typeof emitFull): void {
  const fold = foldPair(f, field);
  fold.begin();
  pairs(f, field, fold);
  fold.end();
}

/** All 64 rows, in pairs. */
function emitFull(f: FunctionBuilder, field: ValueField, fold: PairFold): void {
  for (let pair = 0; pair < PAIRS; pair++) {
    loadPair(f, field.cell, pair);
    fold.add(pair);
  }
}

/** All 64 rows, in pairs; those that do not count are masked out of the sum, or lose against what is there. */
function emitDense(f: FunctionBuilder, field: ValueField, fold: PairFold): void {
  const rows = f.local('v128');
  const lanes = f.local('v128');
  const chosen = f.local('v128');
  f.get(ROWS).op('i64x2.splat').set(rows);
  for (let pair = 0; pair < PAIRS; pair++) {
    f.get(rows)
      .i32(0)
      .access('v128.load', SCRATCH, LANE_MASKS + pair * VECTOR_BYTES)
      .tee(lanes);
    f.op('v128.and').get(lanes).op('i64x2.eq').set(chosen);
    loadPair(f, field.cell, pair);
    fold.add(pair, chosen);
  }
}

function pairLoads(cell: KernelCell): boolean {
  return cell === 'i32' || cell === 'i64' || cell === 'f32' || cell === 'f64';
}

/** Pushes two neighbouring cells, widened to 64 bits. */
function loadPair(f: FunctionBuilder, cell: KernelCell, pair: number): void {
  const offset = (pair * 2) << cellTraits[cell].shift;
  f.get(CELLS);
  if (cell === 'i32') f.access('v128.load32x2_s', SEGMENT, offset);
  else if (cell === 'f32') f.access('v128.load64_zero', SEGMENT, offset).op('f64x2.promote_low_f32x4');
  else f.access('v128.load', SEGMENT, offset);
}

interface PairFold {
  /** Loads the numbers of the field. */
  begin(): void;
  /** Folds the pair on the stack, of which only the lanes in `chosen` count, where it is given. */
  add(pair: number, chosen?: Local): void;
  /** Stores the numbers. */
  end(): void;
}

function foldPair(f: FunctionBuilder, field: ValueField): PairFold {
  if (field.what !== 'sum') return foldExtreme(f, field);
  if (isSplit(field)) return foldSplit(f);
  if (cellTraits[field.cell].wide === 'f64') return foldFloat(f);
  const [sum] = accumulators(f, 1);
  return {
    ...sum.bounds,
    add: (_, chosen) => {
      keep(f, chosen);
      f.get(sum.local).op('i64x2.add').set(sum.local);
    },
  };
}

/** Row r goes to lane r mod 4: even pairs to the first vector, odd ones to the second. A masked value adds +0. */
function foldFloat(f: FunctionBuilder): PairFold {
  const vectors = accumulators(f, 2);
  return {
    begin: () => vectors.forEach((vector) => vector.bounds.begin()),
    add: (pair, chosen) => {
      const { local } = vectors[pair & 1];
      keep(f, chosen);
      f.get(local).op('f64x2.add').set(local);
    },
    end: () => vectors.forEach((vector) => vector.bounds.end()),
  };
}

function foldSplit(f: FunctionBuilder): PairFold {
  const [low, high] = accumulators(f, 2);
  const value = f.local('v128');
  const lowHalf = f.local('v128');
  return {
    begin: () => {
      f.i64(LOW_HALF).op('i64x2.splat').set(lowHalf);
      low.bounds.begin();
      high.bounds.begin();
    },
    add: (_, chosen) => {
      keep(f, chosen);
      f.tee(value).get(lowHalf).op('v128.and').get(low.local).op('i64x2.add').set(low.local);
      f.get(value).i32(HIGH_HALF_SHIFT).op('i64x2.shr_s').get(high.local).op('i64x2.add').set(high.local);
    },
    end: () => {
      low.bounds.end();
      high.bounds.end();
    },
  };
}

function foldExtreme(f: FunctionBuilder, field: ValueField): PairFold {
  const vectors = accumulators(f, EXTREME_LANES / 2);
  const value = f.local('v128');
  const shape = cellTraits[field.cell].wide === 'f64' ? 'f64x2' : 'i64x2';
  const beats = `${field.what === 'min' ? 'lt' : 'gt'}${shape === 'i64x2' ? '_s' : ''}` as 'lt';
  return {
    begin: () => vectors.forEach((vector) => vector.bounds.begin()),
    add: (pair, chosen) => {
      const { local } = vectors[pair % vectors.length];
      f.tee(value).get(local);
      f.get(value)
        .get(local)
        .op(`${shape}.${beats}` as 'f64x2.lt');
      keep(f, chosen);
      f.op('v128.bitselect').set(local);
    },
    end: () => vectors.forEach((vector) => vector.bounds.end()),
  };
}

/** Zeroes the lanes of the vector on the stack that do not count. */
function keep(f: FunctionBuilder, chosen: Local | undefined): void {
  if (chosen !== undefined) f.get(chosen).op('v128.and');
}

interface Vector {
  readonly local: Local;
  readonly bounds: { begin(): void; end(): void };
}

/** Locals for the field's vectors, which lie one behind the other at `state`. */
function accumulators(f: FunctionBuilder, count: number): Vector[] {
  return Array.from({ length: count }, (_, index) => {
    const local = f.local('v128');
    const offset = index * VECTOR_BYTES;
    return {
      local,
      bounds: {
        begin: () => f.get(STATE).access('v128.load', SCRATCH, offset).set(local),
        end: () => f.get(STATE).get(local).access('v128.store', SCRATCH, offset),
      },
    };
  });
}
