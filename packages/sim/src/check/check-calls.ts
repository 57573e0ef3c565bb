import type { CallRecord, Violation } from './history.ts';

/** What a call may end with where networks, disks and hosts fail. Anything else is a mistake of ours. */
const EXPECTED = new Set([
  'CLOSED',
  'DISK_FULL',
  'JOURNAL_BUSY',
  'JOURNAL_FAILED',
  'KEY_EXISTS',
  'OUTCOME_UNKNOWN',
  'OVERLOADED',
  'TIMEOUT',
  'TRANSACTION_CONFLICT',
  'UNREACHABLE',
  'VERSION_CONFLICT',
]);

/** How long past its deadline a call may take to end: a write waits a second for the host to say whether it was done, and deadlines are looked at now and then. */
export const END_MS_MAX = 1200;

/** Every call ends by its deadline, and says that its time is over no sooner than that; with an answer or an error that there is a reason for. */
export function checkCalls(calls: readonly CallRecord[]): Violation[] {
  return calls.flatMap(({ id, client, verb, fromMs, timeoutMs, stillMs, toMs, end }): Violation[] => {
    const name = `${verb} ${id} of client ${client}`;
    if (toMs > fromMs + timeoutMs + stillMs + END_MS_MAX)
      return [{ check: 'deadline', text: `${name}, made at ${fromMs} for ${timeoutMs} ms, ended at ${toMs}` }];
    if (verb !== 'transfer' && end?.kind === 'failed' && end.code === 'TIMEOUT' && toMs < fromMs + timeoutMs - 1)
      return [{ check: 'deadline', text: `${name}, made at ${fromMs} for ${timeoutMs} ms, was too late at ${toMs}` }];
    if (end !== undefined && end.kind !== 'ok' && !EXPECTED.has(end.code))
      return [{ check: 'error', text: `${name} ended with ${end.code}` }];
    return [];
  });
}
