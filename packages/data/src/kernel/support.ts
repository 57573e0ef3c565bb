import { kernelWasm } from './wasm/host.ts';
import { ModuleBuilder } from './wasm/module-builder.ts';
import { SCRATCH, SEGMENT } from './wasm/function-builder.ts';

let supported: boolean | undefined;

/** Whether this JavaScript engine has what kernels need: SIMD and more than one memory. If not, rows are evaluated one by one. */
export function kernelsSupported(): boolean {
  return (supported ??= kernelWasm.validate(sample()));
}

function sample(): Uint8Array<ArrayBuffer> {
  const module = new ModuleBuilder();
  module.define('sample', ['i32'], [], (f) => {
    f.get(0).get(0).access('v128.load', SEGMENT).access('v128.store', SCRATCH);
  });
  return module.toBytes();
}
