/**
 * Events of subscriptions.
 *
 * | bytes | what |
 * |---|---|
 * | 1 | its type, below; in the four upper bits for changes of rows whether they enter the filter, stay in it, or leave it (0, 1, 2) |
 * | 2 + 8 | of changes: partition, lsn (IEEE 754) |
 * | 2 | of initial rows: partition |
 * | n | the row before, the row after, as far as the type has them |
 * | n | of a gap: events dropped (8 bytes, IEEE 754), from, to; of live and of a mark: the position. Texts |
 *
 * 0 insert, 1 update, 2 delete, 3 expire, 4 evict, 5 clear, 6 initial, 7 live, 8 gap, 9 mark: no event, but how far the subscriber is.
 */
import { utf8Length } from '@weft/base';
import { VARINT_BYTES_MAX, type RecordReader } from '@weft/log';
import type { FrameWriter } from './frame.ts';
import { ProtocolFault } from './protocol-fault.ts';
import type { ColumnsForm, RowForm } from './row-form.ts';

const TYPES = ['insert', 'update', 'delete', 'expire', 'evict', 'clear', 'initial', 'live', 'gap', 'mark'] as const;
const STEPS = ['enters', 'stays', 'leaves'] as const;
const NUMBERS: Readonly<Record<string, number>> = Object.fromEntries(TYPES.map((type, number) => [type, number]));
const STEP_NUMBERS: Readonly<Record<string, number>> = { enters: 0, stays: 1 << 4, leaves: 2 << 4 };
const FIXED_BYTES = 11;

/** How far a subscriber is; where it `isLive` the initial rows were given. What is sent beside events. */
export class EventMark {
  readonly type: 'mark' | 'live';
  readonly position: string;

  constructor(position: string, isLive: boolean) {
    this.position = position;
    this.type = isLive ? 'live' : 'mark';
  }

  get isLive(): boolean {
    return this.type === 'live';
  }
}

/** How events of one declaration stand in frames. */
export class EventForm {
  readonly #rows: ColumnsForm;
  readonly #keyOf: (row: object) => unknown;
  readonly #firstPartition: number;

  /** `firstPartition`: number that the first partition of the host has among those of the space; hosts number theirs from 0. */
  constructor({ whole, keyCode }: RowForm, firstPartition = 0) {
    this.#firstPartition = firstPartition;
    this.#rows = whole;
    this.#keyOf = shownKey(keyCode.columns);
  }

  /** An event, or a mark. */
  write(frame: FrameWriter, event: object): void {
    const { type, filter, partition, lsn, before, after } = event as AnyEvent;
    const number = NUMBERS[type]!;
    const target = frame.room(FIXED_BYTES);
    target.u8(number | (filter === undefined ? 0 : STEP_NUMBERS[filter]!));
    if (number >= 7) return this.#writeMark(frame, event as AnyEvent);
    target.u16(partition);
    if (number < 6) target.f64(lsn);
    if (before !== undefined) this.#rows.write(frame, before);
    if (after !== undefined) this.#rows.write(frame, after);
  }

  #writeMark(frame: FrameWriter, { type, dropped, from, to, position }: AnyEvent): void {
    if (type !== 'gap') return writeText(frame, position);
    frame.room(8).f64(dropped);
    writeText(frame, from);
    writeText(frame, to);
  }

  /** A frozen event, or a mark. Throws ProtocolFault and DamagedRecord. */
  read(reader: RecordReader): object | EventMark {
    const first = reader.u8();
    const type = TYPES[first & 15];
    const filter = STEPS[first >>> 4];
    if (type === undefined || filter === undefined) throw new ProtocolFault('an event is of no type');
    if (type === 'mark' || type === 'live') return new EventMark(reader.text(), type === 'live');
    return Object.freeze(type === 'gap' ? readGap(reader) : this.#readChange(reader, type, filter));
  }

  #readChange(reader: RecordReader, type: string, filter: string): object {
    const partition = this.#firstPartition + reader.u16();
    if (type === 'initial') {
      const after = this.#row(reader);
      return { type, key: this.#keyOf(after), after, partition };
    }
    const lsn = reader.f64();
    if (type === 'clear') return { type, partition, lsn };
    if (type === 'insert') {
      const after = this.#row(reader);
      return { type, key: this.#keyOf(after), after, filter, partition, lsn };
    }
    const before = this.#row(reader);
    const key = this.#keyOf(before);
    if (type === 'update') return { type, key, before, after: this.#row(reader), filter, partition, lsn };
    return { type, key, before, filter, partition, lsn };
  }

  #row(reader: RecordReader): object {
    return Object.freeze(this.#rows.read(reader));
  }
}

/** As the union of all events has it: no field is there always. */
interface AnyEvent {
  readonly type: string;
  readonly filter: string | undefined;
  readonly partition: number;
  readonly lsn: number;
  readonly before: object | undefined;
  readonly after: object | undefined;
  readonly dropped: number;
  readonly from: string;
  readonly to: string;
  readonly position: string;
}

function readGap(reader: RecordReader): object {
  return { type: 'gap', dropped: reader.f64(), from: reader.text(), to: reader.text() };
}

function writeText(frame: FrameWriter, text: string): void {
  frame.room(VARINT_BYTES_MAX + utf8Length(text)).text(text);
}

/** The key of a row as users see it; undefined where it is hidden. */
function shownKey(columns: readonly { readonly name: string; readonly role: string }[]): (row: object) => unknown {
  const names = columns.map(({ name }) => name);
  const [first] = names;
  if (columns.some(({ role }) => role === 'hiddenKey')) return () => undefined;
  if (names.length === 1) return (row) => (row as Record<string, unknown>)[first!];
  return (row) => Object.fromEntries(names.map((name) => [name, (row as Record<string, unknown>)[name]]));
}
