import { cellTraits } from './cell.ts';
import { isSplit, type ValueField } from './record.ts';
import { type FunctionBuilder, type Local, SCRATCH, SEGMENT } from './wasm/function-builder.ts';

/** The low half of a 64-bit cell. */
export const LOW_HALF = 0xffff_ffffn;
export const HIGH_HALF_SHIFT = 32;

/** With the address of a cell on the stack, replaces it by the cell as i64 or f64. */
export function loadWide(f: FunctionBuilder, cell: ValueField['cell']): void {
  f.access(cellTraits[cell].load, SEGMENT);
  if (cell === 'f32') f.op('f64.promote_f32');
}

/** Folds one value into the numbers of a field at `record` + `offset`; `highs` is how far behind the low ones they are. */
export function foldValue(
  f: FunctionBuilder,
  field: ValueField,
  { value, record, offset, highs }: { value: Local; record: Local; offset: number; highs: number },
): void {
  const { wide } = cellTraits[field.cell];
  if (field.what !== 'sum') {
    f.get(value).get(record).access(`${wide}.load`, SCRATCH, offset);
    if (wide === 'f64') f.op(field.what === 'min' ? 'f64.lt' : 'f64.gt');
    else f.op(field.what === 'min' ? 'i64.lt_s' : 'i64.gt_s');
    f.if(() => f.get(record).get(value).access(`${wide}.store`, SCRATCH, offset));
    return;
  }
  if (!isSplit(field)) {
    f.get(record).get(record).access(`${wide}.load`, SCRATCH, offset);
    f.get(value).op(`${wide}.add`).access(`${wide}.store`, SCRATCH, offset);
    return;
  }
  f.get(record).get(record).access('i64.load', SCRATCH, offset);
  f.get(value).i64(LOW_HALF).op('i64.and').op('i64.add').access('i64.store', SCRATCH, offset);
  f.get(record)
    .get(record)
    .access('i64.load', SCRATCH, offset + highs);
  f.get(value)
    .i64(BigInt(HIGH_HALF_SHIFT))
    .op('i64.shr_s')
    .op('i64.add')
    .access('i64.store', SCRATCH, offset + highs);
}
