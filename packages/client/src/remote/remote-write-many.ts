import { WeftError } from '@weft/base';
import type { RowValues } from '@weft/data';
import { errorOf, type PlainError } from '@weft/protocol';
import type { ManyOptions, RejectedRow, WriteManyResult } from '../api.ts';
import { rowObject } from '../arguments.ts';
import type { Call } from '../call.ts';
import type { Pace } from '../drive.ts';
import type { RowTtl } from '../expiry/row-ttl.ts';
import { heldUnitsOf } from '../held-units.ts';
import { TurnSlice } from '../host.ts';
import { notWhole, partlyDone, rowFailed } from '../partly-done.ts';
import { feed } from '../row-feed.ts';
import { isAboutRow } from '../row-fault.ts';
import { keyOfInput } from '../row-key.ts';
import { REJECTED_ROWS_MAX, tooManyRejected } from '../row-writer.ts';
import { allTooLarge, WRITE_ALL_ROWS_MAX, WRITE_ALL_UNITS_MAX } from '../whole-writer.ts';
import type { Asker } from './asker.ts';
import type { Link } from './link.ts';
import type { StagedFor } from './row-stage.ts';
import { RowsCall } from './write-many-call.ts';

/** Rows that go to a host in one request. */
export const CHUNK_ROWS_MAX = 512;
/** What these may hold together: UTF-16 units of text, bytes of all else that is long. */
const CHUNK_UNITS_MAX = 128 * 1024;
/** How long a row waits for others of its chunk. */
const LINGER_MS = 5;

export interface ManyRequest {
  readonly asker: Asker;
  /** Checks a row and finds its host. */
  readonly stage: (row: object) => StagedFor;
  readonly options: {
    readonly onConflict: 'replace' | 'fail';
    readonly onError: NonNullable<ManyOptions['onError']>;
    readonly ttl: RowTtl | undefined;
  };
  readonly call: Call;
}

interface Held {
  readonly link: Link;
  readonly values: RowValues;
  /** Position in the call. */
  readonly index: number;
}

interface ChunkAnswer extends WriteManyResult {
  readonly rejected?: readonly { readonly index: number; readonly key?: unknown; readonly error: PlainError }[];
}

/**
 * Writes rows in chunks, one on its way while the next one is gathered: each is written before the next, so that rows of one key stay in their order. With
 * `'all'` the host gets all rows before it writes the first.
 */
export function remoteWriteMany(request: ManyRequest, rows: unknown): Promise<WriteManyResult> {
  return new ManyWrite(request).run(rows);
}

class ManyWrite {
  readonly #request: ManyRequest;
  readonly #unitsOf: (values: RowValues) => number;
  readonly #rejected: RejectedRow<never>[] = [];
  readonly #flying = new Set<Promise<void>>();
  /** Until what was to be sent is. */
  #sending: Promise<void> = Promise.resolve();
  #offLinger: (() => void) | undefined;
  #held: Held[] = [];
  #units = 0;
  #unitsInAll = 0;
  #index = 0;
  #written = 0;
  #inserted = 0;
  /** What ends the call: what a host said, or a row that could not be sent, once those before it are written. */
  #hostFailure: unknown;
  #failure: unknown;

  constructor(request: ManyRequest) {
    this.#request = request;
    this.#unitsOf = heldUnitsOf(request.asker.type!.type.schema);
  }

  async run(rows: unknown): Promise<WriteManyResult> {
    const { asker, call, options } = this.#request;
    try {
      await feed(asker.type!.type, rows, (row) => this.#take(row), this.#pace(), call);
      if (options.onError === 'all') await this.#sendAll();
      else await this.#send();
      await this.#landed();
    } catch (error) {
      this.#offLinger?.();
      await Promise.all(this.#flying);
      throw this.#told(error);
    }
    const result = { written: this.#written, inserted: this.#inserted, replaced: this.#written - this.#inserted };
    if (options.onError !== 'each') return result;
    return { ...result, rejected: this.#rejected.sort((a, b) => a.index - b.index) } as WriteManyResult;
  }

  /** Sends where a chunk is full, and otherwise lets others have their turn. */
  #pace(): Pace {
    const { turns } = this.#request.asker.parts.host;
    const slice = new TurnSlice(turns);
    const isFull = (): boolean =>
      this.#request.options.onError !== 'all' &&
      (this.#held.length >= CHUNK_ROWS_MAX || this.#units >= CHUNK_UNITS_MAX || this.#failure !== undefined);
    return {
      underWay: this.#request.asker.parts.underWay,
      slice: { isOver: () => isFull() || slice.isOver() },
      turns: {
        elapsedMs: () => turns.elapsedMs(),
        next: async () => (isFull() ? this.#send() : turns.next()),
      },
    };
  }

  #take(row: unknown): boolean {
    const { asker, stage, options } = this.#request;
    const index = this.#index;
    if (options.onError === 'all' && index === WRITE_ALL_ROWS_MAX)
      throw allTooLarge(asker.type!.type, `takes WRITE_ALL_ROWS_MAX, ${WRITE_ALL_ROWS_MAX}, rows at most`);
    this.#index++;
    try {
      const { values, link } = stage(rowObject(asker.type!.type, row));
      this.#hold({ values, link, index });
    } catch (error) {
      this.#refuse(index, row, error);
    }
    return true;
  }

  #hold(held: Held): void {
    const { asker, options } = this.#request;
    const units = this.#unitsOf(held.values);
    this.#units += units;
    this.#unitsInAll += units;
    if (options.onError === 'all' && this.#unitsInAll > WRITE_ALL_UNITS_MAX)
      throw allTooLarge(
        asker.type!.type,
        `takes rows of WRITE_ALL_UNITS_MAX, ${WRITE_ALL_UNITS_MAX}, characters and bytes at most`,
      );
    this.#held.push(held);
    this.#lingerFrom();
  }

  #refuse(index: number, row: unknown, error: unknown): void {
    const { asker, options } = this.#request;
    const key = keyOfInput(asker.type!.form.keyCode, row);
    const failure = rowFailed(error, index, key?.text);
    if (options.onError === 'each' && isAboutRow(failure)) {
      this.#reject({ index, error: failure, ...(key === undefined ? {} : { key: key.value as never }) });
      return;
    }
    if (options.onError === 'all') throw failure;
    // Those before it are written first.
    this.#failure ??= failure;
  }

  #reject(row: RejectedRow<never>): void {
    if (this.#rejected.length === REJECTED_ROWS_MAX) {
      const errors = this.#rejected.map(({ error }) => error);
      this.#failure ??= tooManyRejected(this.#request.asker.type!.type, row.index, errors);
      return;
    }
    this.#rejected.push(row);
  }

  /** A source may be slow: what it gave does not wait for what it has not. */
  #lingerFrom(): void {
    if (this.#request.options.onError === 'all') return;
    const { timers } = this.#request.asker.parts.host;
    // What fails is told by the next look.
    this.#offLinger ??= timers.after(LINGER_MS, () => void this.#send().catch(() => undefined));
  }

  /** Sends what is held once what was sent before is written. */
  #send(): Promise<void> {
    this.#offLinger?.();
    this.#offLinger = undefined;
    const sent = this.#sending.then(() => this.#sendHeld());
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  async #sendHeld(): Promise<void> {
    const held = this.#held;
    this.#held = [];
    this.#units = 0;
    await this.#landed();
    for (const run of this.#runs(held)) {
      const flight = this.#sendRows(run).then(
        () => void this.#flying.delete(flight),
        (error: unknown) => {
          this.#flying.delete(flight);
          this.#hostFailure ??= error;
        },
      );
      this.#flying.add(flight);
      if (!this.#isUnordered) await this.#landed();
    }
    if (this.#failure === undefined) return;
    await this.#landed();
    throw this.#failure;
  }

  async #landed(): Promise<void> {
    await Promise.all(this.#flying);
    if (this.#hostFailure !== undefined) throw this.#hostFailure;
  }

  /** Whether rows of several hosts may be written in any order: none of them can be refused for what others are. */
  get #isUnordered(): boolean {
    const { options, asker } = this.#request;
    if (options.onError === 'each') return true;
    return options.onConflict === 'replace' && asker.type!.type.schema.indexes.every(({ kind }) => kind !== 'unique');
  }

  /** By host; where the order counts, only those that follow each other. */
  #runs(held: readonly Held[]): Held[][] {
    const runs: Held[][] = [];
    const last = new Map<Link, Held[]>();
    let before: Link | undefined;
    for (const row of held) {
      const run = this.#isUnordered || row.link === before ? last.get(row.link) : undefined;
      if (run !== undefined) run.push(row);
      else {
        const made = [row];
        runs.push(made);
        last.set(row.link, made);
      }
      before = row.link;
    }
    return runs;
  }

  async #sendRows(run: readonly Held[]): Promise<void> {
    const { options } = this.#request;
    const earlier = this.#written;
    const args = { ...options, indexes: indexesOf(run), written: earlier };
    const answer = await this.#ask(run, 'writeMany', args).catch((error: unknown) => {
      // Others may be under way, which it does not count.
      if (WeftError.is(error)) this.#written += Math.max(0, Number(error.details['written'] ?? earlier) - earlier);
      throw error;
    });
    this.#written += answer.written;
    this.#inserted += answer.inserted;
    for (const { index, key, error } of answer.rejected ?? [])
      this.#reject({ index, error: errorOf(error), ...(key === undefined ? {} : { key: key as never }) });
  }

  /** All go to one host, which writes them once it has the last. */
  async #sendAll(): Promise<void> {
    const { options, asker } = this.#request;
    const held = this.#held;
    const link = held[0]?.link;
    if (held.some((row) => row.link !== link)) throw spansHosts(asker.type!.type.name);
    if (link === undefined) return;
    const upload = asker.parts.host.random.uint32();
    let at = 0;
    try {
      for (let end = this.#endOfChunk(at); end < held.length; end = this.#endOfChunk(at)) {
        await this.#ask(held.slice(at, end), 'holdRows', { upload });
        this.#request.call.check();
        at = end;
      }
      const args = { ...options, indexes: { first: 0 }, written: 0, ...(at > 0 ? { upload } : {}) };
      const { written, inserted } = await this.#ask(held.slice(at), 'writeMany', args);
      this.#written = written;
      this.#inserted = inserted;
    } catch (error) {
      if (at > 0) asker.verb(link, 'dropRows', { upload }, { isWrite: false, call: undefined }).catch(() => undefined);
      throw error;
    }
  }

  #endOfChunk(from: number): number {
    const held = this.#held;
    let units = 0;
    let at = from;
    while (at < held.length && at - from < CHUNK_ROWS_MAX && units < CHUNK_UNITS_MAX)
      units += this.#unitsOf(held[at++]!.values);
    return at;
  }

  #ask(run: readonly Held[], verb: string, args: object): Promise<ChunkAnswer> {
    const { asker, call } = this.#request;
    const rows = run.map(({ values }) => values);
    const name = asker.nameOf('writeMany');
    return asker.ask(run[0]!.link, new RowsCall<ChunkAnswer>({ name, type: asker.type!, verb, args, rows }), call);
  }

  /** The error of the call, with what it leaves done. That of a host has said it already. */
  #told(error: unknown): unknown {
    const told = WeftError.is(error) ? error.details['written'] : undefined;
    const isAll = this.#request.options.onError === 'all';
    if (told !== undefined && (isAll || told === this.#written)) return error;
    return isAll ? notWhole(error, 0) : partlyDone(error, { written: this.#written });
  }
}

/** Positions of rows in the call: of those that follow each other the first. */
function indexesOf(run: readonly Held[]): { readonly first: number } | readonly number[] {
  const first = run[0]!.index;
  return run.every(({ index }, at) => index === first + at) ? { first } : run.map(({ index }) => index);
}

function spansHosts(type: string): WeftError {
  return new WeftError(
    'TRANSACTION_SPANS_PARTITIONS',
    `${type}.writeMany with onError: 'all' is for rows of one host; these are of several.`,
    { details: { type } },
  );
}
