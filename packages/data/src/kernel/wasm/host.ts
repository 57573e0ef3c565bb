import { wasm, type Wasm, type WasmInstance, type WasmMemory, type WasmModule } from '@weft/base';

/** A memory of one thread that can grow; growing gives it another buffer. */
export interface ScratchMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 KiB. Throws RangeError where there is no more. */
  grow(pages: number): number;
}

/** What kernels need of WebAssembly beyond the part that all packages share. */
interface KernelWasm {
  readonly Memory: new (size: { initial: number }) => ScratchMemory;
  readonly Module: Wasm['Module'];
  readonly Instance: new (module: WasmModule, imports: KernelImports) => WasmInstance;
  validate(code: Uint8Array): boolean;
}

interface KernelImports {
  readonly weft: { readonly segment: WasmMemory; readonly scratch: ScratchMemory };
}

export const kernelWasm: KernelWasm = wasm as unknown as KernelWasm;
