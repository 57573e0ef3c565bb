import { HASH_MULTIPLIER, SEGMENT_HEADER_BYTES, SEGMENT_RECORDS } from './group-shape.ts';
import { DATA, SHIFT } from './header.ts';
import { KEY_OFFSET, ROWS_OFFSET } from './record.ts';
import { type FunctionBuilder, type Local, SCRATCH } from './wasm/function-builder.ts';
import type { ModuleBuilder } from './wasm/module-builder.ts';

/*
 * Groups by extendible hashing (Fagin and others, 1979), so that growing never takes longer than dividing one segment:
 *
 *     directory, by the highest bits of the hash      segments of SEGMENT_RECORDS records
 *       00 ─────────────────────────────────────────►  [count, depth, prefix | record record …]
 *       01 ─────────────────────────────────────────►  […]
 *       10 ──┬──────────────────────────────────────►  […]     one bit deep: both entries lead to it
 *       11 ──┘
 *
 * Inside a segment the records form an open-addressing table with linear probing.
 */

/** Locals of a look-up. `key` is given, `segment` and `record` are the result, `hash` and `index` are free. */
export interface Probe {
  readonly key: Local;
  readonly hash: Local;
  readonly segment: Local;
  readonly index: Local;
  readonly record: Local;
  readonly recordBytes: number;
}

/** Sets `segment`, and `record` to the record with the key, or to the free one where it belongs (whose rows are 0). */
export function emitProbe(f: FunctionBuilder, probe: Probe): void {
  const { key, hash, segment, record } = probe;
  const header = (at: number): FunctionBuilder => f.i32(0).access('i32.load', SCRATCH, at);
  emitHash(f, probe);
  f.get(hash);
  header(SHIFT).op('i64.extend_i32_u').op('i64.shr_u').op('i32.wrap_i64').i32(2).op('i32.shl');
  header(DATA).op('i32.add').access('i32.load', SCRATCH).set(segment);
  emitSearch(f, probe, (found) => {
    f.get(record).access('i64.load', SCRATCH, KEY_OFFSET).get(key).op('i64.eq').brIf(found);
  });
}

/**
 * Defines `divide(from, lower, upper, depth)`: puts the records of a copied segment into two empty ones, those whose hash bit
 * `depth` is set into the upper.
 */
export function defineDivide(module: ModuleBuilder, recordBytes: number): void {
  module.define('divide', ['i32', 'i32', 'i32', 'i32'], [], (f) => {
    const [from, lower, upper, depth] = [0, 1, 2, 3];
    const end = f.local('i32');
    const probe: Probe = {
      key: f.local('i64'),
      hash: f.local('i64'),
      segment: f.local('i32'),
      index: f.local('i32'),
      record: f.local('i32'),
      recordBytes,
    };
    f.get(from).i32(SEGMENT_HEADER_BYTES).op('i32.add').tee(from);
    f.i32(SEGMENT_RECORDS * recordBytes)
      .op('i32.add')
      .set(end);
    f.loop((next) => {
      f.get(from).access('i64.load', SCRATCH, ROWS_OFFSET).op('i64.eqz').op('i32.eqz');
      f.if(() => {
        f.get(from).access('i64.load', SCRATCH, KEY_OFFSET).set(probe.key);
        emitHash(f, probe);
        f.get(lower).set(probe.segment);
        f.get(probe.hash).get(depth).op('i64.extend_i32_u').op('i64.shl').i64(0n).op('i64.lt_s');
        f.if(() => f.get(upper).set(probe.segment));
        // No key is met twice, so the first free record is the place.
        emitSearch(f, probe, () => undefined);
        f.get(probe.record).get(from).i32(recordBytes).copyScratch();
        emitCount(f, probe.segment);
      });
      f.get(from).i32(recordBytes).op('i32.add').tee(from).get(end).op('i32.lt_u').brIf(next);
    });
  });
}

/** Adds one to the number of records of the segment. */
export function emitCount(f: FunctionBuilder, segment: Local): void {
  f.get(segment).get(segment).access('i32.load', SCRATCH).i32(1).op('i32.add').access('i32.store', SCRATCH);
}

/** Multiplied, folded, multiplied: every bit of the key reaches the bits that choose segment and place. One to one. */
function emitHash(f: FunctionBuilder, { key, hash }: Probe): void {
  f.get(key).i64(HASH_MULTIPLIER).op('i64.mul').tee(hash);
  f.get(hash).i64(32n).op('i64.shr_u').op('i64.xor').i64(HASH_MULTIPLIER).op('i64.mul').set(hash);
}

/** Sets `record` to the first from the key's place on that is free or where `stop` leaves. A segment is never full, so it ends. */
function emitSearch(f: FunctionBuilder, probe: Probe, stop: (found: number) => void): void {
  const { hash, segment, index, record, recordBytes } = probe;
  f.get(hash)
    .i64(32n)
    .op('i64.shr_u')
    .op('i32.wrap_i64')
    .i32(SEGMENT_RECORDS - 1)
    .op('i32.and')
    .set(index);
  f.block((found) => {
    f.loop((next) => {
      f.get(index).i32(recordBytes).op('i32.mul').get(segment).op('i32.add').i32(SEGMENT_HEADER_BYTES).op('i32.add');
      f.tee(record).access('i64.load', SCRATCH, ROWS_OFFSET).op('i64.eqz').brIf(found);
      stop(found);
      f.get(index)
        .i32(1)
        .op('i32.add')
        .i32(SEGMENT_RECORDS - 1)
        .op('i32.and')
        .set(index)
        .br(next);
    });
  });
}
