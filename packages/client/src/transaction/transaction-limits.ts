import { WeftError } from '@weft/base';

/** Writes of one transaction or atomic batch: they are applied in one turn, some 1.1 ms of the 2 that a turn may take. */
export const TRANSACTION_WRITES_MAX = 500;
/** What their values may hold together: UTF-16 units of text and json, bytes of all else that is long. */
export const TRANSACTION_UNITS_MAX = 1024 * 1024;
/** Rows that one transaction reads by key: its commit looks each of them up again, some 0.3 ms. */
export const TRANSACTION_READS_MAX = 2048;
/** Conditions of one transaction: each change by others is held against each of them. */
export const TRANSACTION_CONDITIONS_MAX = 64;
/** What the answer of a transaction with an idempotency id may hold, as text: it is kept. */
export const TRANSACTION_ANSWER_UNITS_MAX = 1024 * 1024;
/** How often a transaction is tried again, unless said otherwise, and at most. */
export const TRANSACTION_RETRIES_DEFAULT = 10;
export const TRANSACTION_RETRIES_MAX = 10_000;

export function transactionTooLarge(name: string, rule: string): WeftError<'TRANSACTION_TOO_LARGE'> {
  return new WeftError('TRANSACTION_TOO_LARGE', `${name}: ${rule}.`);
}
