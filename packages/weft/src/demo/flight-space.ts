import type { FlightRow } from './flight.ts';

/** What loading, streaming and reading ask of the grid. `Space<typeof Flight>` is one. */
export interface FlightSpace {
  write(row: FlightRow): Promise<unknown>;
  writeMany(rows: readonly FlightRow[]): Promise<unknown>;
  get(id: bigint): Promise<FlightRow | undefined>;
  delete(id: bigint): Promise<boolean>;
}

/** The questions that the dashboard asks every second, each answered from the rows as they are now. */
export interface FlightQueries {
  /** Flights that departed at `since` or later. */
  countSince(since: Date): Promise<number>;
  /** Airports of departure with the worst mean delay since then, worst first. */
  worstAirports(since: Date): Promise<readonly AirportFigure[]>;
  worstRoutes(since: Date): Promise<readonly RouteFigure[]>;
  /** Over every row there is. */
  overall(): Promise<OverallFigure>;
}

export interface AirportFigure {
  readonly origin: string;
  readonly flights: number;
  /** Minutes. */
  readonly meanDelay: number;
}

export interface RouteFigure extends AirportFigure {
  readonly destination: string;
}

export interface OverallFigure {
  readonly flights: number;
  /** Minutes; undefined without flights. */
  readonly meanDelay: number | undefined;
}
