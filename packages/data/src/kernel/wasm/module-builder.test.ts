import { wasm, type WasmMemory } from '@weft/base';
import { expect, test } from 'vitest';
import { SCRATCH, SEGMENT } from './function-builder.ts';
import { kernelWasm } from './host.ts';
import { ModuleBuilder } from './module-builder.ts';

function instantiate<T>(module: ModuleBuilder): { exports: T; segment: WasmMemory; scratch: ArrayBuffer } {
  const segment = new wasm.Memory({ initial: 1, maximum: 1, shared: true });
  const scratch = new kernelWasm.Memory({ initial: 1 });
  const compiled = new kernelWasm.Module(module.toBytes());
  const { exports } = new kernelWasm.Instance(compiled, { weft: { segment, scratch } });
  return { exports: exports as T, segment, scratch: scratch.buffer };
}

test('loops, branches, locals and both memories work together', () => {
  const module = new ModuleBuilder();
  module.define('sum', ['i32'], [], (f) => {
    const at = f.local('i32');
    const sum = f.local('i64');
    f.block((done) => {
      f.loop((next) => {
        f.get(at).get(0).op('i32.ge_u').brIf(done);
        f.get(at).i32(2).op('i32.shl').access('i64.load32_s', SEGMENT).get(sum).op('i64.add').set(sum);
        f.get(at).i32(1).op('i32.add').set(at).br(next);
      });
    });
    f.i32(0).get(sum).access('i64.store', SCRATCH, 8);
  });
  const { exports, segment, scratch } = instantiate<{ sum(count: number): void }>(module);
  new Int32Array(segment.buffer).set([5, -7, 2 ** 31 - 1]);
  exports.sum(3);
  expect(new DataView(scratch).getBigInt64(8, true)).toBe(2n ** 31n - 3n);
});

test('a helper is made once and called from where it is asked for', () => {
  const module = new ModuleBuilder();
  const twice = (): number => module.helper('twice', ['i32'], ['i32'], (f) => void f.get(0).i32(1).op('i32.shl'));
  module.define('fourfold', ['i32'], ['i32'], (f) => void f.get(0).call(twice()).call(twice()));
  module.define('choice', ['i32'], ['i32'], (f) => {
    const result = f.local('i32');
    f.get(0).if(
      () => f.i32(-1).set(result),
      () => f.i32(1 << 20).set(result),
    );
    f.get(result);
  });
  const { exports } = instantiate<{ fourfold(n: number): number; choice(n: number): number }>(module);
  expect(exports.fourfold(-3)).toBe(-12);
  expect([exports.choice(5), exports.choice(0)]).toEqual([-1, 1 << 20]);
});
