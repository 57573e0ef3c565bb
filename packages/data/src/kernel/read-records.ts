import { must } from '@weft/base';
import { type IntegerState, NEAR_MAX } from '../evaluate/integer-sum.ts';
import type { FloatState } from '../evaluate/float-sum.ts';
import type { ExtremeState } from '../evaluate/extreme.ts';
import type { CountState } from '../evaluate/row-count.ts';
import type { AggregatePartial } from '../evaluate/aggregate-partial.ts';
import type { TermShape } from '../evaluate/aggregate-shape.ts';
import { type CellNumber, valueOfCell } from '../kind/cells.ts';
import { cellTraits } from './cell.ts';
import type { KernelFragment } from './fragment.ts';
import { keyReader } from './read-keys.ts';
import type { ScratchMemory } from './wasm/host.ts';
import { fieldOf, isSplit, lanesOf, type PlacedField, ROWS_OFFSET, type ValueField } from './record.ts';

/** Records that are read in one step. */
export const RECORDS_PER_SPAN = 256;

/** Records that lie side by side, RECORDS_PER_SPAN at most. Those without rows are no groups. */
export interface RecordSpan {
  readonly address: number;
  /** Number of the first: its place in a direct array, NO_KEY for the record of absent keys. */
  readonly first: number;
  readonly count: number;
}

/** Adds a kernel's records to the groups of the partial, at some 0.5 µs each. */
export function readRecords(
  fragment: KernelFragment,
  memory: ScratchMemory,
  { address, first, count }: RecordSpan,
  partial: AggregatePartial,
): void {
  const view = new DataView(memory.buffer);
  const keysOf = keyReader(fragment, view);
  const readers = fragment.aggregate.terms.map((term) => termReader(fragment, term, view));
  for (let number = first; number < first + count; number++) {
    const at = address + (number - first) * fragment.record.bytes;
    if (readNumber(view, at + ROWS_OFFSET) === 0) continue;
    const { states } = partial.group(keysOf(number, at));
    // Merged, not put: cells that differ may be one value in JavaScript (a Date drops microseconds).
    for (let term = 0; term < readers.length; term++) partial.accumulators[term].merge(states[term], readers[term](at));
  }
}

/** An int64, exact where the result is a safe integer: then its halves lose nothing. No bigint is made. */
function readNumber(view: DataView, at: number): number {
  return view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

type TermState = CountState | IntegerState | FloatState | ExtremeState;

/** Makes the state of a term from a record. */
function termReader(fragment: KernelFragment, { fn, column }: TermShape, view: DataView): (at: number) => TermState {
  const { record, columns } = fragment;
  const input = column === undefined ? -1 : columns.findIndex((candidate) => candidate.column === column);
  const rowsAt = offsetOfRows(fragment, column?.optional === true ? input : undefined);
  const rows = (at: number): number => readNumber(view, at + rowsAt);
  if (fn === 'count') return (at) => ({ rows: rows(at) });
  const { cell } = columns[input];
  const what = fn === 'min' || fn === 'max' ? fn : 'sum';
  const placed = must(fieldOf(record, { what, input, cell }), 'every term was given its fields');
  const numbers = numbersReader(placed, record.grouped, view);
  if (what !== 'sum')
    return (at) => ({ value: rows(at) === 0 ? undefined : extreme(columns[input], what, numbers(at)) });
  if (cellTraits[cell].wide === 'i64') {
    const field = placed.field as ValueField;
    const single = lanesOf(field, record.grouped) === 1;
    return (at) => {
      const near = single ? readNumber(view, at + placed.offset) : Infinity;
      if (Math.abs(near) <= NEAR_MAX) return { rows: rows(at), near, far: 0n };
      return { rows: rows(at), near: 0, far: integerSum(field, numbers(at) as bigint[]) };
    };
  }
  return (at) => ({ rows: rows(at), lanes: floatLanes(numbers(at) as number[]) });
}

function offsetOfRows({ record }: KernelFragment, input: number | undefined): number {
  if (input === undefined) return ROWS_OFFSET;
  return must(fieldOf(record, { what: 'present', input }), 'every optional input counts its values').offset;
}

function numbersReader({ field, offset }: PlacedField, grouped: boolean, view: DataView): (at: number) => CellNumber[] {
  const lanes = lanesOf(field, grouped);
  const float = cellTraits[(field as ValueField).cell].wide === 'f64';
  return (at) =>
    Array.from({ length: lanes }, (_, lane) => {
      const where = at + offset + lane * 8;
      return float ? view.getFloat64(where, true) : view.getBigInt64(where, true);
    });
}

/** The exact sum: halves of 64-bit cells are put together again. */
function integerSum(field: ValueField, numbers: readonly bigint[]): bigint {
  if (!isSplit(field)) return numbers.reduce((sum, lane) => sum + lane, 0n);
  const half = numbers.length / 2;
  const low = numbers.slice(0, half).reduce((sum, lane) => sum + BigInt.asUintN(64, lane), 0n);
  const high = numbers.slice(half).reduce((sum, lane) => sum + lane, 0n);
  return (high << 32n) + low;
}

function floatLanes([a, b = 0, c = 0, d = 0]: readonly number[]): FloatState['lanes'] {
  return [a, b, c, d];
}

function extreme(
  { column, cell }: KernelFragment['columns'][number],
  what: 'min' | 'max',
  lanes: readonly CellNumber[],
): unknown {
  const best = lanes.reduce((a, b) => ((what === 'min' ? b < a : b > a) ? b : a));
  return valueOfCell(column.kind, cell === 'i64' ? best : Number(best));
}
