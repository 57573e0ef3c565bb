/**
 * The part of the WebAssembly JavaScript interface that Weft uses. TypeScript declares it only together with the browser's
 * globals, which have no place here.
 */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Compiled code. Opaque; may be posted to workers. */
export interface WasmModule {
  readonly '~module'?: never;
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface Wasm {
  /** Sizes in pages of 64 KiB. Throws RangeError where the addresses cannot be reserved. */
  readonly Memory: new (size: { initial: number; maximum: number; shared: true }) => WasmMemory;
  /** Compiles at once. Throws CompileError on invalid code. */
  readonly Module: new (code: Uint8Array) => WasmModule;
  readonly Instance: new (module: WasmModule, imports: Record<string, Record<string, WasmMemory>>) => WasmInstance;
}

export const wasm: Wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly;
