import { cellTraits } from './cell.ts';
import { emitCount, emitProbe } from './emit-probe.ts';
import { loadWide } from './emit-fold.ts';
import type { Frame } from './frame.ts';
import { type DirectKey, type GroupShape, hasNullRecord, type PackedKey, SEGMENT_RECORDS_MAX } from './group-shape.ts';
import { ABSENT, DATA, FULL, GROUPS } from './header.ts';
import { KEY_OFFSET, ROWS_OFFSET } from './record.ts';
import { type Local, SCRATCH } from './wasm/function-builder.ts';

/** Finds the record of a row's group. */
export class GroupFinder {
  /** The row within the word: the caller sets it. */
  readonly row: Local;
  /** Address of the record: the result. */
  readonly record: Local;
  readonly #frame: Frame;
  readonly #shape: GroupShape;
  readonly #recordBytes: number;
  readonly #data: Local;
  readonly #index: Local;
  readonly #code: Local;
  readonly #key: Local;
  readonly #hash: Local;
  readonly #segment: Local;

  constructor(frame: Frame, shape: GroupShape, recordBytes: number) {
    const { f } = frame;
    this.#frame = frame;
    this.#shape = shape;
    this.#recordBytes = recordBytes;
    this.row = f.local('i32');
    this.record = f.local('i32');
    this.#data = f.local('i32');
    this.#index = f.local('i32');
    this.#code = f.local('i32');
    this.#key = f.local('i64');
    this.#hash = f.local('i64');
    this.#segment = f.local('i32');
  }

  prepare(): void {
    this.#frame.f.i32(0).access('i32.load', SCRATCH, DATA).set(this.#data);
  }

  /** Sets `record`. A new group that its segment has no room for ends the call, with the row's number as its result. */
  find(): void {
    if (this.#shape.mode === 'direct') this.#findDirect(this.#shape.keys);
    else this.#findHash(this.#shape.keys);
  }

  /** Pushes the address of the row's cell. */
  pushCell(input: number): void {
    const { f, inputs } = this.#frame;
    this.#frame.cells(input);
    f.get(this.row).i32(cellTraits[inputs[input].cell].shift).op('i32.shl').op('i32.add');
  }

  /** Pushes 1 where the row has no value, else 0. Only for optional inputs. */
  pushAbsent(input: number): void {
    this.#frame.absent(input);
    this.#frame.f.get(this.row).op('i64.extend_i32_u').op('i64.shr_u').op('i32.wrap_i64').i32(1).op('i32.and');
  }

  #findDirect(keys: readonly DirectKey[]): void {
    const { f } = this.#frame;
    f.i32(0).set(this.#index);
    for (const key of keys) {
      this.#setCode(key);
      // A code past the size would be a page that is newer than the plan: stop rather than write elsewhere.
      f.get(this.#code);
      this.#pushSize(key);
      f.op('i32.ge_u').if(() => f.op('unreachable'));
      f.get(this.#index);
      this.#pushSize(key);
      f.op('i32.mul').get(this.#code).op('i32.add').set(this.#index);
    }
    f.get(this.#index).i32(this.#recordBytes).op('i32.mul').get(this.#data).op('i32.add').set(this.record);
  }

  #setCode(key: DirectKey): void {
    const { f, inputs } = this.#frame;
    const { input } = key;
    const value = (): void => {
      this.pushCell(input);
      loadWide(f, inputs[input].cell);
      f.op('i32.wrap_i64').set(this.#code);
    };
    if (!inputs[input].optional) return value();
    this.pushAbsent(input);
    f.if(() => {
      this.#pushSize(key);
      f.i32(-1).op('i32.add').set(this.#code);
    }, value);
  }

  #pushSize({ size }: DirectKey): void {
    this.#frame.slot(size);
    this.#frame.f.access('i32.load', SCRATCH);
  }

  #findHash(keys: readonly PackedKey[]): void {
    const { f, inputs } = this.#frame;
    if (!hasNullRecord(keys) || !inputs[keys[0].input].optional) {
      this.#pack(keys);
      return this.#probe();
    }
    this.pushAbsent(keys[0].input);
    f.if(
      () => {
        f.i32(0).access('i32.load', SCRATCH, ABSENT).set(this.record);
      },
      () => {
        this.#pack(keys);
        this.#probe();
      },
    );
  }

  #pack(keys: readonly PackedKey[]): void {
    const { f, inputs } = this.#frame;
    f.i64(0n).set(this.#key);
    for (const { input, bits } of keys) {
      if (bits === 64) this.#pushValue(input, bits);
      else {
        f.get(this.#key).i64(BigInt(bits)).op('i64.shl');
        this.#pushValue(input, bits);
        f.op('i64.or');
      }
      if (inputs[input].optional && bits !== 64) {
        f.i64(1n).op('i64.shl');
        this.pushAbsent(input);
        f.op('i64.extend_i32_u').op('i64.or');
      }
      f.set(this.#key);
    }
  }

  /** The bits of a cell; the cell of an absent value is zero, so one key stands for "absent". */
  #pushValue(input: number, bits: PackedKey['bits']): void {
    const { f, inputs } = this.#frame;
    this.pushCell(input);
    loadWide(f, inputs[input].cell);
    if (bits < 64) f.i64((1n << BigInt(bits)) - 1n).op('i64.and');
  }

  #probe(): void {
    const { f, base } = this.#frame;
    const { record } = this;
    const segment = this.#segment;
    const probe = { key: this.#key, hash: this.#hash, segment, index: this.#index, record };
    emitProbe(f, { ...probe, recordBytes: this.#recordBytes });
    f.get(record)
      .access('i64.load', SCRATCH, ROWS_OFFSET)
      .op('i64.eqz')
      .if(() => {
        f.get(segment).access('i32.load', SCRATCH).i32(SEGMENT_RECORDS_MAX).op('i32.ge_u');
        f.if(() => {
          f.i32(0).get(segment).access('i32.store', SCRATCH, FULL);
          f.get(base).get(this.row).op('i32.add').op('return');
        });
        emitCount(f, segment);
        f.i32(0).i32(0).access('i32.load', SCRATCH, GROUPS).i32(1).op('i32.add').access('i32.store', SCRATCH, GROUPS);
        f.get(record).get(this.#key).access('i64.store', SCRATCH, KEY_OFFSET);
      });
  }
}
