import { whole } from './format.ts';
import type { Acknowledged } from './data-place.ts';

/** Flights that were there when the demo began. */
export interface FoundFlights {
  readonly rows: number;
  /** Id of the first that is not to go. */
  readonly firstId: number;
  /**
   * Where the demo goes on: behind the last flight that was noted as acknowledged and is there. What lies behind it had been begun, several
   * batches at a time, so it may have holes; it is written again.
   */
  readonly nextId: number;
  /** Flights below `nextId`. */
  readonly rowsBefore: number;
  /** Departure of the latest of them. */
  readonly latest: Date;
}

/** What became of the flights of an earlier run. */
export interface Recovery {
  readonly durationMs: number;
  readonly rows: number;
  /** Flights that the earlier run had acknowledged and not deleted. */
  readonly acknowledged: number;
  /** Those of them that are not there. */
  readonly missing: number;
}

/** Where the demo's journal is. */
export interface JournalPlace {
  readonly directory: string;
  /** Whether it is left at the end. */
  readonly isKept: boolean;
  /** What became of an earlier run's flights; undefined where there were none. */
  readonly recovery: Recovery | undefined;
  /** Address of the server, where it is another process. */
  readonly server?: string | undefined;
}

/**
 * Compares what is there with what was acknowledged. Ids follow one another, so a hole before the last of them is a flight that is missing. Deletions that were asked
 * for and not acknowledged may have happened: at most `deletionsMax`.
 */
export function recoveryOf(
  found: FoundFlights | undefined,
  { oldestId, nextId }: Acknowledged,
  durationMs: number,
  deletionsMax: number,
): Recovery {
  const acknowledged = nextId - oldestId;
  if (found === undefined) return { durationMs, rows: 0, acknowledged, missing: acknowledged };
  const { rows, firstId } = found;
  const atFront = Math.max(0, firstId - oldestId - deletionsMax);
  const holes = found.nextId - firstId - found.rowsBefore;
  const atEnd = Math.max(0, nextId - found.nextId);
  return { durationMs, rows, acknowledged, missing: atFront + holes + atEnd };
}

/** The same in a sentence. */
export function recoveryLine({ durationMs, rows, acknowledged, missing }: Recovery, directory: string): string {
  const outcome =
    missing === 0
      ? `none of the ${whole(acknowledged)} acknowledged ones is missing`
      : `${whole(missing)} OF THE ${whole(acknowledged)} ACKNOWLEDGED ONES ARE MISSING`;
  return `Recovered ${whole(rows)} flights from ${directory} in ${(durationMs / 1000).toFixed(1)} s: ${outcome}.`;
}
