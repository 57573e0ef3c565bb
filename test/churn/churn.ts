import type { Cursor, Grid, InferInsert } from 'weft';
import { Event, Session } from './churn-types.ts';
import { Random } from './random.ts';

/** Rows rise to the one and fall to the other in each cycle, so that every cycle has the same peak. */
const ROWS_MOST = 24_000;
const ROWS_LEAST = 4_000;
const READERS_MAX = 3;
const ROWS_PER_READ = 500;
const ROWS_PER_DAY = 2_000;
const ROWS_PER_BATCH = 8;
const CALLS_PER_TURN = 200;
const SESSIONS = 60_000;

type Tide = 'rising' | 'falling';

/**
 * Inserts, updates, deletes, texts that grow and shrink, dictionaries that change, a cache, and readers that hold snapshots for a
 * while. The same calls for the same seed, cycle after cycle.
 */
export class Churn {
  readonly #grid: Grid;
  readonly #random: Random;
  readonly #ids: string[] = [];
  readonly #readers: Cursor<object>[] = [];
  #made = 0;
  #calls = 0;

  constructor(grid: Grid, seed: number) {
    this.#grid = grid;
    this.#random = new Random(seed);
  }

  get rows(): number {
    return this.#ids.length;
  }

  /** One cycle; `each` is called now and then on the way. */
  async cycle(each: () => void): Promise<void> {
    while (this.#ids.length < ROWS_MOST) await this.#turn('rising', each);
    while (this.#ids.length > ROWS_LEAST) await this.#turn('falling', each);
  }

  async #turn(tide: Tide, each: () => void): Promise<void> {
    for (let call = 0; call < CALLS_PER_TURN; call++) {
      this.#calls++;
      if (this.#random.chance(0.3)) this.#session();
      else this.#event(tide);
    }
    await this.#read();
    each();
  }

  /** Ends what is still being read. */
  async close(): Promise<void> {
    for (const reader of this.#readers.splice(0)) await reader.return!();
  }

  #event(tide: Tide): void {
    const events = this.#grid.local(Event);
    const dice = this.#random.next();
    if (this.#ids.length === 0 || dice < (tide === 'rising' ? 0.7 : 0.1)) events.write(this.#newEvent());
    else if (dice < 0.8) events.delete(this.#takeId());
    else if (dice < 0.95) events.update(this.#anyId(), { note: this.#text(), body: this.#bytes() });
    else
      events.update(this.#anyId(), {
        day: this.#day(),
        size: dice,
        doc: { at: dice, tags: ['a', this.#text() ?? null] },
      });
  }

  #session(): void {
    const sessions = this.#grid.local(Session);
    const id = Math.floor(SESSIONS * this.#random.next() ** 2);
    if (this.#random.chance(0.5)) sessions.get(id);
    else sessions.write({ id, user: `user ${id % 1000}`, seen: this.#calls, data: this.#text() ?? 'none' });
  }

  /** Opens, goes on with and closes readers, each of which holds a snapshot. */
  async #read(): Promise<void> {
    if (this.#readers.length < READERS_MAX && this.#random.chance(0.05)) {
      const query = this.#random.chance(0.5) ? this.#grid.space(Event).find() : this.#grid.space(Session).find();
      this.#readers.push(query[Symbol.asyncIterator]());
    }
    const at = this.#random.below(READERS_MAX * 4);
    const reader = this.#readers[at];
    if (reader === undefined) return;
    let isOver = this.#random.chance(0.2);
    for (let rows = 0; !isOver && rows < ROWS_PER_READ; rows++) isOver = (await reader.next()).done === true;
    if (!isOver) return;
    this.#readers.splice(at, 1);
    await reader.return!();
  }

  #newEvent(): InferInsert<typeof Event> {
    const id = `event ${this.#made++}`;
    this.#ids.push(id);
    return {
      id,
      day: this.#day(),
      batch: `batch ${Math.floor(this.#made / ROWS_PER_BATCH)}`,
      at: this.#random.below(1_000_000),
      size: this.#random.next(),
      note: this.#text(),
      body: this.#bytes(),
    };
  }

  #day(): string {
    return `day ${Math.floor(this.#made / ROWS_PER_DAY)}`;
  }

  /** Mostly short, now and then long, sometimes none. */
  #text(): string | undefined {
    if (this.#random.chance(0.2)) return undefined;
    return `text ${this.#calls} `.padEnd(
      this.#random.chance(0.05) ? this.#random.below(4_000) : this.#random.below(120),
      'x',
    );
  }

  #bytes(): Uint8Array | undefined {
    return this.#random.chance(0.7) ? undefined : new Uint8Array(this.#random.below(300)).fill(7);
  }

  #anyId(): string {
    return this.#ids[this.#random.below(this.#ids.length)]!;
  }

  #takeId(): string {
    const at = this.#random.below(this.#ids.length);
    const id = this.#ids[at]!;
    this.#ids[at] = this.#ids.at(-1)!;
    this.#ids.pop();
    return id;
  }
}
