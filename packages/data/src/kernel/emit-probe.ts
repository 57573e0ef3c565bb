import { HASH_MULTIPLIER } from './group-shape.ts';
import { DATA, MASK, SHIFT } from './header.ts';
import { KEY_OFFSET, ROWS_OFFSET } from './record.ts';
import { type FunctionBuilder, type Local, SCRATCH } from './wasm/function-builder.ts';
import type { ModuleBuilder } from './wasm/module-builder.ts';

/** Locals of a look-up. `key` and `data` are given, `record` is the result, `index` is free. */
export interface Probe {
  readonly key: Local;
  readonly data: Local;
  readonly index: Local;
  readonly record: Local;
  readonly recordBytes: number;
}

/**
 * Sets `record` to the record with the key, or to the free one where it belongs (whose rows are 0). Linear probing;
 * the table is never more than half full, so it ends soon.
 */
export function emitProbe(f: FunctionBuilder, { key, data, index, record, recordBytes }: Probe): void {
  const header = (at: number): FunctionBuilder => f.i32(0).access('i32.load', SCRATCH, at);
  f.get(key).i64(HASH_MULTIPLIER).op('i64.mul');
  header(SHIFT).op('i64.extend_i32_u').op('i64.shr_u').op('i32.wrap_i64').set(index);
  f.block((found) => {
    f.loop((next) => {
      f.get(index).i32(recordBytes).op('i32.mul').get(data).op('i32.add').tee(record);
      f.access('i64.load', SCRATCH, ROWS_OFFSET).op('i64.eqz').brIf(found);
      f.get(record).access('i64.load', SCRATCH, KEY_OFFSET).get(key).op('i64.eq').brIf(found);
      f.get(index).i32(1).op('i32.add');
      header(MASK).op('i32.and').set(index).br(next);
    });
  });
}

/**
 * Defines `rehash(old address, old capacity)`: copies the records of an old table, and the one of absent keys behind
 * it, into the zeroed one that the header describes.
 */
export function defineRehash(module: ModuleBuilder, recordBytes: number): void {
  module.define('rehash', ['i32', 'i32'], [], (f) => {
    const [old, capacity] = [0, 1];
    const end = f.local('i32');
    const probe = {
      key: f.local('i64'),
      data: f.local('i32'),
      index: f.local('i32'),
      record: f.local('i32'),
      recordBytes,
    };
    f.i32(0).access('i32.load', SCRATCH, DATA).set(probe.data);
    f.get(capacity).i32(recordBytes).op('i32.mul').get(old).op('i32.add').set(end);
    f.loop((next) => {
      f.get(old).access('i64.load', SCRATCH, ROWS_OFFSET).op('i64.eqz').op('i32.eqz');
      f.if(() => {
        f.get(old).access('i64.load', SCRATCH, KEY_OFFSET).set(probe.key);
        emitProbe(f, probe);
        f.get(probe.record).get(old).i32(recordBytes).copyScratch();
      });
      f.get(old).i32(recordBytes).op('i32.add').tee(old).get(end).op('i32.lt_u').brIf(next);
    });
    f.i32(0).access('i32.load', SCRATCH, MASK).i32(1).op('i32.add').i32(recordBytes).op('i32.mul');
    f.get(probe.data).op('i32.add').get(end).i32(recordBytes).copyScratch();
  });
}
