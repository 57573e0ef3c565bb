import type { CallRecord, History, Survivors, Violation } from './history.ts';

/**
 * Rows that were added and never removed. Those that were acknowledged are there after each crash; where a crash may lose some, whatever was
 * acknowledged before another of the same lane was made survives with it. None is there that nobody wrote, or that failed for certain.
 */
export function checkLedger({ calls, starts }: Pick<History, 'calls' | 'starts'>): Violation[] {
  const appends = calls.filter(({ verb }) => verb === 'append');
  const byId = new Map(appends.map((call) => [call.id, call]));
  return starts.flatMap((start, index) => {
    const before = starts[index - 1];
    const since = appends.filter(({ from, to }) => to > (before?.at ?? -1) && from < start.at);
    return [
      ...invented(byId, start),
      ...(start.mayHaveLost ? gaps(since, start) : missing(since, start)),
      ...vanished(start, before),
    ];
  });
}

function invented(byId: ReadonlyMap<number, CallRecord>, { ledger }: Survivors): Violation[] {
  return [...ledger].flatMap(([id, lane]): Violation[] => {
    const call = byId.get(id);
    if (call === undefined || call.key !== String(lane))
      return [{ check: 'exactly-once', text: `ledger: row ${id} of lane ${lane} was never written` }];
    if (call.end?.kind === 'failed')
      return [
        { check: 'exactly-once', text: `ledger: row ${id} is there, and its write failed with ${call.end.code}` },
      ];
    return [];
  });
}

function missing(appends: readonly CallRecord[], { at, ledger }: Survivors): Violation[] {
  return appends
    .filter(({ id, end, to }) => end?.kind === 'ok' && to < at && !ledger.has(id))
    .map(({ id, to }) => ({
      check: 'durability',
      text: `ledger: row ${id} was acknowledged at ${to} and was not there at ${at}`,
    }));
}

/** A row that survived, and one that was acknowledged before it was begun and did not. */
function gaps(appends: readonly CallRecord[], { at, ledger }: Survivors): Violation[] {
  return appends
    .filter(({ id, end, to }) => end?.kind === 'ok' && to < at && !ledger.has(id))
    .flatMap((lost): Violation[] => {
      const kept = appends.find(({ id, key, from }) => ledger.has(id) && key === lost.key && from > lost.to);
      if (kept === undefined) return [];
      const text = `ledger: row ${kept.id} survived, and ${lost.id} did not, acknowledged before it`;
      return [{ check: 'durability', text }];
    });
}

/** What survived one crash survives the next: a restart syncs what it has read. */
function vanished({ at, ledger }: Survivors, before: Survivors | undefined): Violation[] {
  return [...(before?.ledger.keys() ?? [])]
    .filter((id) => !ledger.has(id))
    .map((id) => ({
      check: 'durability',
      text: `ledger: row ${id} had survived a crash and was lost by the next, at ${at}`,
    }));
}
