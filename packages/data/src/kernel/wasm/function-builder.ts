import { ByteSink } from './byte-sink.ts';
import {
  type Access,
  type Op,
  plainAccess,
  plainOps,
  simdAccess,
  simdOps,
  type ValueType,
  valueTypes,
} from './opcodes.ts';

/** The two memories of every kernel. */
export const SEGMENT = 0;
export const SCRATCH = 1;
export type Memory = typeof SEGMENT | typeof SCRATCH;

/** Index of a parameter or local. */
export type Local = number;
/** A block or loop that a branch can name: its nesting depth. */
export type Label = number;

const SIMD = 0xfd;
const MANY_MEMORIES = 0x40;
const EMPTY_BLOCK = 0x40;

/**
 * Writes the body of one function, instruction by instruction; operands go onto the stack first, as in the text format.
 * Blocks are closures, so that nesting in the code is nesting here, and branches name labels instead of depths.
 */
export class FunctionBuilder {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code = new ByteSink();
  #depth = 0;

  constructor(params: readonly ValueType[], results: readonly ValueType[]) {
    this.params = params;
    this.results = results;
  }

  /** A new local, zero at first. */
  local(type: ValueType): Local {
    this.#locals.push(type);
    return this.params.length + this.#locals.length - 1;
  }

  get(local: Local): this {
    this.#code.byte(0x20);
    this.#code.unsigned(local);
    return this;
  }

  set(local: Local): this {
    this.#code.byte(0x21);
    this.#code.unsigned(local);
    return this;
  }

  /** Sets and keeps the value on the stack. */
  tee(local: Local): this {
    this.#code.byte(0x22);
    this.#code.unsigned(local);
    return this;
  }

  i32(value: number): this {
    this.#code.byte(0x41);
    this.#code.signed(BigInt(value | 0));
    return this;
  }

  i64(value: bigint): this {
    this.#code.byte(0x42);
    this.#code.signed(BigInt.asIntN(64, value));
    return this;
  }

  f64(value: number): this {
    this.#code.byte(0x44);
    this.#code.float64(value);
    return this;
  }

  op(name: Op): this {
    if (name in plainOps) {
      this.#code.byte(plainOps[name as keyof typeof plainOps]);
    } else {
      this.#code.byte(SIMD);
      this.#code.unsigned(simdOps[name as keyof typeof simdOps]);
    }
    return this;
  }

  /** A load or store at (address on the stack) + `offset`. No alignment is promised. */
  access(name: Access, memory: Memory, offset = 0): this {
    if (name in plainAccess) {
      this.#code.byte(plainAccess[name as keyof typeof plainAccess]);
    } else {
      this.#code.byte(SIMD);
      this.#code.unsigned(simdAccess[name as keyof typeof simdAccess]);
    }
    if (memory === SEGMENT) {
      this.#code.byte(0);
    } else {
      this.#code.byte(MANY_MEMORIES);
      this.#code.byte(memory);
    }
    this.#code.unsigned(offset);
    return this;
  }

  /** Sixteen lane numbers: 0–15 of the first vector, 16–31 of the second. */
  shuffle(lanes: readonly number[]): this {
    this.#code.byte(SIMD);
    this.#code.unsigned(13);
    this.#code.bytes(lanes);
    return this;
  }

  /** memory.copy within the scratch: target, source and byte count are on the stack. */
  copyScratch(): this {
    this.#code.bytes([0xfc, 10, SCRATCH, SCRATCH]);
    return this;
  }

  /** Branches to the label leave the block. */
  block(body: (label: Label) => void): this {
    return this.#nest(0x02, body);
  }

  /** Branches to the label start the loop again; falling off its end leaves it. */
  loop(body: (label: Label) => void): this {
    return this.#nest(0x03, body);
  }

  /** Runs where the i32 on the stack is not zero. */
  if(body: () => void, otherwise?: () => void): this {
    return this.#nest(0x04, () => {
      body();
      if (otherwise === undefined) return;
      this.#code.byte(0x05);
      otherwise();
    });
  }

  br(label: Label): this {
    this.#code.byte(0x0c);
    this.#code.unsigned(this.#depth - label);
    return this;
  }

  brIf(label: Label): this {
    this.#code.byte(0x0d);
    this.#code.unsigned(this.#depth - label);
    return this;
  }

  call(index: number): this {
    this.#code.byte(0x10);
    this.#code.unsigned(index);
    return this;
  }

  /** The function as the code section holds it. */
  toBody(): ByteSink {
    const body = new ByteSink();
    body.unsigned(this.#locals.length);
    for (const type of this.#locals) {
      body.unsigned(1);
      body.byte(valueTypes[type]);
    }
    body.append(this.#code);
    body.byte(0x0b);
    return body;
  }

  #nest(opcode: number, body: (label: Label) => void): this {
    this.#code.byte(opcode);
    this.#code.byte(EMPTY_BLOCK);
    this.#depth++;
    body(this.#depth);
    this.#depth--;
    this.#code.byte(0x0b);
    return this;
  }
}
