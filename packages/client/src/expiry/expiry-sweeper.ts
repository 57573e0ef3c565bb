import { SLICE_MS, WeftError } from '@weft/base';
import { expiryOf, newCounters, type ChangeFeed, type ScanCounters, type Source, type TypeSchema } from '@weft/data';
import { TurnSlice, type Host } from '../host.ts';

/** Between two looks for rows that have expired: nobody sees them meanwhile, but subscribers hear of them no later, and memory waits. */
export const SWEEP_INTERVAL_MS = 100;
/** A longer rest behind a look at very many rows: some 2 ns each, so that looking takes a fifth of the thread at most. */
const REST_MS_PER_ROW = 1e-5;
/** Of each turn: what it removes, subscribers are told of in the same one. */
const SWEEP_MS = SLICE_MS / 2;

/** A type as it is stored now. */
export interface SweptType {
  readonly schema: TypeSchema;
  readonly sources: readonly Source[];
}

/**
 * Removes rows that have expired, in the background: one table after another, a slice a turn. It goes by looking, not by timers of
 * rows, so that a clock that jumps confuses nothing. Without types whose rows expire it does nothing at all.
 *
 * As a writer that awaits its writes it goes on when they are committed, and waits for subscribers that are full: a million rows that expire at once flood
 * nobody.
 */
export class ExpirySweeper {
  readonly #host: Host;
  readonly #feed: Pick<ChangeFeed, 'pressure'>;
  readonly #types = new Set<SweptType>();
  #isClosed = false;
  #stopTimer: (() => void) | undefined;
  /** The look under way. */
  #round: Promise<void> | undefined;

  constructor(host: Host, feed: Pick<ChangeFeed, 'pressure'>) {
    this.#host = host;
    this.#feed = feed;
  }

  /** From now on this type's rows go when they expire. To be called again when its declaration has changed. */
  watch(type: SweptType): void {
    this.#types.add(type);
    if (this.#stopTimer === undefined && this.#round === undefined) this.#rest(SWEEP_INTERVAL_MS);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopTimer?.();
  }

  #rest(ms: number): void {
    this.#stopTimer = undefined;
    const expires = [...this.#types].some(({ schema }) => expiryOf(schema) >= 0);
    if (this.#isClosed || !expires) return;
    this.#stopTimer = this.#host.timers.after(
      ms,
      () => {
        this.#stopTimer = undefined;
        this.#round = this.#lookAtAll();
      },
      'idle',
    );
  }

  async #lookAtAll(): Promise<void> {
    const counters = newCounters();
    try {
      for (const type of this.#types) if (expiryOf(type.schema) >= 0) await this.#look(type, counters);
    } catch (error) {
      // Such as a log that takes no records for now: they go later.
      if (!WeftError.is(error)) throw error;
    } finally {
      this.#round = undefined;
      this.#rest(Math.max(SWEEP_INTERVAL_MS, counters.rowsRead * REST_MS_PER_ROW));
    }
  }

  async #look({ schema: { name }, sources }: SweptType, counters: ScanCounters): Promise<void> {
    const { clock, turns } = this.#host;
    const slice = new TurnSlice(turns, SWEEP_MS);
    for (const source of sources) {
      if (slice.isOver()) await turns.next();
      if (this.#isClosed) return;
      if (source.firstExpiryMs > clock.wallMs()) continue;
      const work = source.sweep({ slice, counters });
      while (work.next().done !== true) {
        await source.settled();
        await this.#feed.pressure(name);
        await turns.next();
        if (this.#isClosed) return;
      }
    }
  }
}
