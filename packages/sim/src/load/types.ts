import { defineType, t } from '@weft/data';

/**
 * A row by its key, written again and again: each value once in a run, so that a read says which write it saw. Who follows it may go on after a restart.
 */
export const Register = defineType(
  'Register',
  { id: t.string(), value: t.int32(), version: t.version() },
  { key: 'id', log: { before: true } },
);

/** Rows that stay: what is lost of them, and in which order, can be seen. All rows of a lane are of one partition. */
export const Ledger = defineType(
  'Ledger',
  { id: t.int32(), lane: t.int32(), padding: t.string().optional() },
  { key: 'id', routing: 'lane' },
);

export const ACCOUNTS = 3;
/** Of an account that nobody has written yet. */
export const START_BALANCE = 100;

export function accountId(bank: number, at: number): string {
  return `${bank}/${at}`;
}

/** Money that goes from one row to another and never comes or goes. `seq` of a bank's first account: how many transfers there were. */
export const Account = defineType(
  'Account',
  { id: t.string(), bank: t.int32(), balance: t.int32(), seq: t.int32(), version: t.version() },
  { key: 'id', routing: 'bank' },
);

/** Which transfer of its bank it was, and what it did. */
export const Transfer = defineType(
  'Transfer',
  { id: t.int32(), bank: t.int32(), seq: t.int32(), from: t.int32(), to: t.int32(), amount: t.int32() },
  { key: 'id', routing: 'bank' },
);

/** Work that is done once. */
export const Job = defineType('Job', { id: t.int32(), lane: t.int32() }, { key: 'id', routing: 'lane' });

/** Where dead letters go in some runs: in the partition of the job, so that both are one change. */
export const DeadJob = defineType(
  'DeadJob',
  { id: t.int32(), lane: t.int32(), tries: t.int32(), reason: t.string() },
  { key: 'id', routing: 'lane' },
);
