import { cellTraits, type KernelCell } from './cell.ts';
import { INPUT_BYTES, INPUTS, LIVE, ROWS, slotAddress, START } from './header.ts';
import type { Slot } from './constants.ts';
import { type FunctionBuilder, type Label, type Local, SCRATCH, SEGMENT } from './wasm/function-builder.ts';
import type { ModuleBuilder } from './wasm/module-builder.ts';

/** What the shape of a kernel says of an input. */
export interface InputShape {
  readonly cell: KernelCell;
  readonly optional: boolean;
}

/**
 * The frame of every kernel: a page is worked through in words of 64 rows. Per word one i64 `mask` has a bit per row;
 * it starts as the live bits, the filter clears bits, and what is left goes to the aggregate or the selection.
 * Null bitmaps enter as words too, so that nulls cost next to nothing.
 */
export class Frame {
  readonly module: ModuleBuilder;
  readonly f: FunctionBuilder;
  readonly inputs: readonly InputShape[];
  /** Row within the page of bit 0. */
  readonly base: Local;
  readonly mask: Local;
  readonly #cells: readonly Local[];
  readonly #nulls: readonly Local[];
  /** Per optional input: bits of absent values in the word. */
  readonly #absent: readonly Local[];

  constructor(module: ModuleBuilder, f: FunctionBuilder, inputs: readonly InputShape[]) {
    this.module = module;
    this.f = f;
    this.inputs = inputs;
    this.base = f.local('i32');
    this.mask = f.local('i64');
    this.#cells = inputs.map(() => f.local('i32'));
    this.#nulls = inputs.map(() => f.local('i32'));
    this.#absent = inputs.map(() => f.local('i64'));
  }

  /** Runs `word` for every word that has live rows; a branch to the label goes on with the next word. */
  emit(word: (skip: Label) => void): void {
    const { f, base, mask } = this;
    this.#loadInputs();
    f.i32(0).access('i32.load', SCRATCH, START).i32(~63).op('i32.and').set(base);
    f.block((done) => {
      f.loop((next) => {
        f.get(base).i32(0).access('i32.load', SCRATCH, ROWS).op('i32.ge_u').brIf(done);
        f.block((skip) => {
          this.#liveRows();
          f.get(mask).op('i64.eqz').brIf(skip);
          this.#loadAbsent();
          word(skip);
        });
        f.get(base).i32(64).op('i32.add').set(base).br(next);
      });
    });
  }

  /** Pushes the address of the word's first cell. */
  cells(input: number): void {
    const { shift } = cellTraits[this.inputs[input].cell];
    this.f.get(this.#cells[input]).get(this.base);
    if (shift > 0) this.f.i32(shift).op('i32.shl');
    this.f.op('i32.add');
  }

  /** Pushes the address of a slot. */
  slot(slot: Slot): void {
    this.f.i32(slotAddress(this.inputs.length, slot));
  }

  /** Pushes the bits of rows whose value is absent. Only for optional inputs. */
  absent(input: number): void {
    this.f.get(this.#absent[input]);
  }

  /** With a set of rows on the stack, keeps those that have a value. */
  present(input: number): void {
    if (!this.inputs[input].optional) return;
    this.absent(input);
    this.f.i64(-1n).op('i64.xor').op('i64.and');
  }

  #loadInputs(): void {
    this.inputs.forEach((_, input) => {
      const at = INPUTS + input * INPUT_BYTES;
      this.f.i32(0).access('i32.load', SCRATCH, at).set(this.#cells[input]);
      this.f
        .i32(0)
        .access('i32.load', SCRATCH, at + 4)
        .set(this.#nulls[input]);
    });
  }

  /** mask = live bits, without rows past the last and before the first. */
  #liveRows(): void {
    const { f, base, mask } = this;
    const header = (at: number): FunctionBuilder => f.i32(0).access('i32.load', SCRATCH, at);
    header(LIVE).get(base).i32(3).op('i32.shr_u').op('i32.add').access('i64.load', SEGMENT).set(mask);
    header(ROWS).get(base).op('i32.sub').i32(64).op('i32.lt_u');
    f.if(() => {
      f.i64(1n);
      header(ROWS).get(base).op('i32.sub').op('i64.extend_i32_u').op('i64.shl').i64(-1n).op('i64.add');
      f.get(mask).op('i64.and').set(mask);
    });
    header(START).get(base).op('i32.gt_u');
    f.if(() => {
      f.i64(-1n);
      header(START).get(base).op('i32.sub').op('i64.extend_i32_u').op('i64.shl');
      f.get(mask).op('i64.and').set(mask);
    });
  }

  /** The null words of the optional inputs; none where the page has no bitmap. */
  #loadAbsent(): void {
    const { f, base } = this;
    this.inputs.forEach(({ optional }, input) => {
      if (!optional) return;
      f.get(this.#nulls[input])
        .op('i32.eqz')
        .if(
          () => f.i64(0n).set(this.#absent[input]),
          () => {
            f.get(this.#nulls[input]).get(base).i32(3).op('i32.shr_u').op('i32.add');
            f.access('i64.load', SEGMENT).set(this.#absent[input]);
          },
        );
    });
  }
}
