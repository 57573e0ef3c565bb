import type { CellNumber } from '../kind/cells.ts';
import type { KernelCell } from './cell.ts';
import { SLOT_BYTES, slotAddress } from './header.ts';

/** Bytes of a table over all codes that a cell of 16 bits can hold: no code can point past its end. */
const CODE_TABLE_BYTES = 65_536;

/** Where a constant is found: a number that belongs to the shape of the kernel, while the constant itself does not. */
export type Slot = number;

/**
 * The constants of one plan, apart from its shape: equal shapes run the same compiled kernel.
 * A slot holds one value, or for lists and tables the address of what lies behind all slots.
 */
export class Constants {
  readonly #slots: Uint8Array[] = [];
  /** Per slot that refers: the bytes, and the count that a list puts behind its address. */
  readonly #referred = new Map<Slot, { readonly bytes: Uint8Array; readonly count: number }>();

  scalar(cell: KernelCell, value: CellNumber): Slot {
    return this.#slots.push(cellSlot(cell, value)) - 1;
  }

  /** A list of values, each in eight bytes. */
  list(cell: KernelCell, values: readonly CellNumber[]): Slot {
    const bytes = new Uint8Array(values.length * SLOT_BYTES);
    values.forEach((value, at) => bytes.set(cellSlot(cell, value), at * SLOT_BYTES));
    return this.#refer(bytes, values.length);
  }

  /** One byte per code: 1 for the codes that `accepts` takes. */
  codeTable(length: number, accepts: (code: number) => boolean): Slot {
    const bytes = new Uint8Array(CODE_TABLE_BYTES);
    for (let code = 0; code < length; code++) if (accepts(code)) bytes[code] = 1;
    return this.#refer(bytes, length);
  }

  /** Bytes that `write` fills, from address 0. */
  endOf(inputs: number): number {
    let end = slotAddress(inputs, this.#slots.length);
    for (const { bytes } of this.#referred.values()) end += bytes.length;
    return end;
  }

  write(target: Uint8Array, inputs: number): void {
    let end = slotAddress(inputs, this.#slots.length);
    this.#slots.forEach((slot, index) => {
      const referred = this.#referred.get(index);
      target.set(referred === undefined ? slot : reference(end, referred.count), slotAddress(inputs, index));
      if (referred === undefined) return;
      target.set(referred.bytes, end);
      end += referred.bytes.length;
    });
  }

  #refer(bytes: Uint8Array, count: number): Slot {
    const slot = this.#slots.push(new Uint8Array(SLOT_BYTES)) - 1;
    this.#referred.set(slot, { bytes, count });
    return slot;
  }
}

function cellSlot(cell: KernelCell, value: CellNumber): Uint8Array {
  const view = new DataView(new ArrayBuffer(SLOT_BYTES));
  if (cell === 'f64') view.setFloat64(0, value as number, true);
  else if (cell === 'f32') view.setFloat32(0, value as number, true);
  else view.setBigInt64(0, BigInt(value), true);
  return new Uint8Array(view.buffer);
}

function reference(address: number, count: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(address, count).buffer);
}
