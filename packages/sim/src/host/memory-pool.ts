import { wasm, type WasmMemory } from '@weft/base';

/**
 * Segments of memory that runs use one after the other: each reserves addresses that only the garbage collector would give back. What was written in
 * one is zeros again for the next, since runs of a seed are to be the same.
 */
export class MemoryPool {
  readonly #free: WasmMemory[] = [];
  readonly #used: WasmMemory[] = [];

  /** For `ArenaOptions.createMemory`; all segments have one size. */
  readonly create = (pages: number): WasmMemory => {
    const memory = this.#free.pop() ?? new wasm.Memory({ initial: pages, maximum: pages, shared: true });
    this.#used.push(memory);
    return memory;
  };

  /** Nobody uses any of them any more. */
  takeBack(): void {
    for (const memory of this.#used.splice(0)) {
      new Uint8Array(memory.buffer).fill(0);
      this.#free.push(memory);
    }
  }
}
