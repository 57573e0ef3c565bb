import { foldValue, loadWide } from './emit-fold.ts';
import type { Frame } from './frame.ts';
import { cellTraits } from './cell.ts';
import type { GroupShape } from './group-shape.ts';
import { GroupFinder } from './emit-group-finder.ts';
import { neutral, type PlacedField, type RecordShape, ROWS_OFFSET, type ValueField } from './record.ts';
import { type Label, type Local, SCRATCH } from './wasm/function-builder.ts';

/** Aggregates with groups: row by row through the set bits, find the group's record and fold the row's values into it. */
export class GroupEmitter {
  readonly #frame: Frame;
  readonly #record: RecordShape;
  readonly #finder: GroupFinder;
  /** One per wide type; values live shortly. */
  readonly #values: Readonly<Record<'i64' | 'f64', Local>>;

  constructor(frame: Frame, shape: GroupShape, record: RecordShape) {
    this.#frame = frame;
    this.#record = record;
    this.#finder = new GroupFinder(frame, shape, record.bytes);
    this.#values = { i64: frame.f.local('i64'), f64: frame.f.local('f64') };
  }

  /** Before the first word. */
  prepare(): void {
    this.#finder.prepare();
  }

  word(skip: Label): void {
    const { f, mask } = this.#frame;
    const { row, record } = this.#finder;
    f.loop((next) => {
      f.get(mask).op('i64.ctz').op('i32.wrap_i64').set(row);
      this.#finder.find();
      this.#begin();
      f.get(record).get(record).access('i64.load', SCRATCH, ROWS_OFFSET).i64(1n).op('i64.add');
      f.access('i64.store', SCRATCH, ROWS_OFFSET);
      for (const [input, fields] of this.#fieldsByInput()) this.#fold(input, fields);
      f.get(mask).i64(-1n).op('i64.add').get(mask).op('i64.and').tee(mask).op('i64.eqz').brIf(skip);
      f.br(next);
    });
  }

  /** Gives a record that no row has reached yet its neutral values. */
  #begin(): void {
    const { f } = this.#frame;
    const { record } = this.#finder;
    const extremes = this.#record.fields.filter(({ field }) => field.what === 'min' || field.what === 'max');
    if (extremes.length === 0) return;
    f.get(record).access('i64.load', SCRATCH, ROWS_OFFSET).op('i64.eqz');
    f.if(() => {
      for (const { field, offset } of extremes) {
        const start = neutral(field as ValueField);
        f.get(record);
        if (typeof start === 'bigint') f.i64(start).access('i64.store', SCRATCH, offset);
        else f.f64(start).access('f64.store', SCRATCH, offset);
      }
    });
  }

  #fieldsByInput(): Map<number, PlacedField[]> {
    const byInput = new Map<number, PlacedField[]>();
    for (const placed of this.#record.fields) {
      if (placed.field.what === 'rows') continue;
      const fields = byInput.get(placed.field.input);
      if (fields === undefined) byInput.set(placed.field.input, [placed]);
      else fields.push(placed);
    }
    return byInput;
  }

  #fold(input: number, fields: readonly PlacedField[]): void {
    const { f, inputs } = this.#frame;
    if (!inputs[input].optional) return this.#foldPresent(input, fields);
    this.#finder.pushAbsent(input);
    f.op('i32.eqz').if(() => this.#foldPresent(input, fields));
  }

  #foldPresent(input: number, fields: readonly PlacedField[]): void {
    const { f, inputs } = this.#frame;
    const { record } = this.#finder;
    const value = this.#values[cellTraits[inputs[input].cell].wide];
    if (fields.some(({ field }) => field.what !== 'present')) {
      this.#finder.pushCell(input);
      loadWide(f, inputs[input].cell);
      f.set(value);
    }
    for (const { field, offset } of fields) {
      if (field.what === 'present') {
        f.get(record).get(record).access('i64.load', SCRATCH, offset).i64(1n).op('i64.add');
        f.access('i64.store', SCRATCH, offset);
      } else if (field.what !== 'rows') {
        foldValue(f, field, { value, record, offset, highs: 8 });
      }
    }
  }
}
