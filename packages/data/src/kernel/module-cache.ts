import type { WasmModule } from '@weft/base';
import { kernelWasm } from './wasm/host.ts';

/** Compiled kernels that are kept, about 20 KB each. */
const MODULES_MAX = 256;

/** Compiled modules by shape, the least recently used of which goes first. Immutable, so the process shares them. */
const modules = new Map<string, WasmModule>();

/** The module of a shape, compiled from `emit` where it is new (0.1 to 0.5 ms). */
export function moduleOf(shape: string, emit: () => Uint8Array<ArrayBuffer>): WasmModule {
  const module = modules.get(shape) ?? new kernelWasm.Module(emit());
  modules.delete(shape);
  modules.set(shape, module);
  if (modules.size > MODULES_MAX) modules.delete(modules.keys().next().value!);
  return module;
}
