import { must } from '@weft/base';
import type { FlightBlock } from './flight-block.ts';
import type { FlightColumns, RowRange } from './flights-file.ts';

const DAY_MS = 86_400_000;

/** Where laps get their flights from; the file in production. */
export interface FlightGroups {
  readonly rows: number;
  readonly groups: readonly RowRange[];
  read(range: RowRange): Promise<FlightColumns>;
}

/**
 * The first `rows` flights of a file, over and over, without an end. Every lap gets new ids, and dates later by as
 * many whole days as the flights span, so that time goes on rising and the hours of the day stay what they were.
 */
export async function* flightLaps(file: FlightGroups, rows: number): AsyncGenerator<FlightBlock, never, undefined> {
  const encoder = new AirportEncoder();
  const lapRows = Math.min(rows, file.rows);
  let firstMs: number | undefined;
  let lastMs = 0;
  for (let lap = 0; ; lap++) {
    const lapMs = lap * daysBetween(firstMs ?? 0, lastMs);
    for (const range of rangesOf(file.groups, lapRows)) {
      const columns = await file.read(range);
      firstMs ??= Number(columns.date[0]);
      if (lap === 0) lastMs = Number(columns.date[columns.date.length - 1]);
      yield blockOf(columns, lap * lapRows + range.from, lapMs, encoder);
    }
  }
}

function blockOf(columns: FlightColumns, firstId: number, shiftMs: number, encoder: AirportEncoder): FlightBlock {
  return {
    firstId,
    timesMs: numbers(columns.date, new Float64Array(columns.date.length), shiftMs),
    delays: numbers(columns.delay, new Int16Array(columns.delay.length)),
    distances: numbers(columns.distance, new Int16Array(columns.distance.length)),
    origins: encoder.encode(columns.origin),
    destinations: encoder.encode(columns.destination),
    airports: encoder.airports,
  };
}

/** `TypedArray.from` with a function would go through an iterator and a list of boxed numbers. */
function numbers<A extends Float64Array | Int16Array>(values: ArrayLike<unknown>, into: A, shift = 0): A {
  for (let index = 0; index < into.length; index++) into[index] = Number(values[index]) + shift;
  return into;
}

/** Airport codes to small numbers, in the order in which they are first seen. */
class AirportEncoder {
  readonly #numbers = new Map<string, number>();

  get airports(): readonly string[] {
    return [...this.#numbers.keys()];
  }

  encode(airports: ArrayLike<unknown>): Uint16Array<ArrayBuffer> {
    const codes = new Uint16Array(airports.length);
    for (let index = 0; index < codes.length; index++) codes[index] = this.#numberOf(String(airports[index]));
    return codes;
  }

  #numberOf(airport: string): number {
    if (!this.#numbers.has(airport)) this.#numbers.set(airport, this.#numbers.size);
    return must(this.#numbers.get(airport), 'an airport that was just numbered');
  }
}

/** The row groups that hold the first `rows` rows, the last of them cut. */
function rangesOf(groups: readonly RowRange[], rows: number): readonly RowRange[] {
  return groups.filter(({ from }) => from < rows).map(({ from, to }) => ({ from, to: Math.min(to, rows) }));
}

function daysBetween(firstMs: number, lastMs: number): number {
  return (Math.floor(lastMs / DAY_MS) - Math.floor(firstMs / DAY_MS) + 1) * DAY_MS;
}
