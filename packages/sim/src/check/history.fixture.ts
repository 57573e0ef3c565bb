/** Test help: histories in a few words. */
import type { CallEnd, CallRecord, RegisterState, Survivors } from './history.ts';

export const row = (value: number, version: number): RegisterState => ({ value, version });
export const ok = (answer: unknown): CallEnd => ({ kind: 'ok', answer });
export const failed = (code: string): CallEnd => ({ kind: 'failed', code });
export const unknown: CallEnd = { kind: 'unknown', code: 'OUTCOME_UNKNOWN' };

let ids = 1000;

/** A call that lasted from place to place. */
export function call(
  verb: CallRecord['verb'],
  [from, to]: readonly [from: number, to: number],
  end: CallEnd,
  more: Partial<CallRecord> = {},
): CallRecord {
  const common = { client: 0, key: verb === 'append' ? '0' : 'k', ifVersion: undefined };
  return { ...common, id: ids++, verb, from, to, fromMs: from, toMs: to, stillMs: 0, timeoutMs: 1000, end, ...more };
}

/** What a host had when it was started. */
export function survivors(at: number, more: Partial<Survivors> = {}): Survivors {
  return {
    at,
    mayHaveLost: false,
    registers: new Map(),
    ledger: new Map(),
    banks: new Map(),
    jobs: new Set(),
    buried: new Set(),
    ...more,
  };
}
