import type { Grid } from '@weft/client';
import type { BankState, RegisterState, Survivors } from './check/history.ts';
import { Account, accountId, ACCOUNTS, DeadJob, Job, Ledger, Register, Transfer } from './load/types.ts';

/** What a host has when it was started. */
export function survivorsOf(grid: Grid): Omit<Survivors, 'at' | 'mayHaveLost'> {
  const ledger = grid.local(Ledger).find();
  return {
    registers: registersOf(grid),
    ledger: new Map([...ledger].map(({ id, lane }) => [id, lane])),
    banks: banksOf(grid),
    jobs: idsOf(grid.local(Job).find()),
    buried: idsOf(grid.local(DeadJob).find()),
  };
}

function idsOf(rows: Iterable<{ readonly id: number }>): Set<number> {
  return new Set([...rows].map(({ id }) => id));
}

export function registersOf(grid: Grid): Map<string, RegisterState> {
  const registers = grid.local(Register).find();
  return new Map(registers.map(({ id, value, version }) => [id, { value, version }]));
}

function banksOf(grid: Grid): Map<number, BankState> {
  const accounts = grid.local(Account).find();
  const transfers = grid.local(Transfer).find();
  const banks = [...new Set([...accounts, ...transfers].map(({ bank }) => bank))];
  return new Map(
    banks.map((bank) => {
      const own = new Map(accounts.filter((row) => row.bank === bank).map((row) => [row.id, row]));
      const balances = Array.from(
        { length: ACCOUNTS },
        (_, at) => [at, own.get(accountId(bank, at))?.balance] as const,
      );
      const state: BankState = {
        seq: own.get(accountId(bank, 0))?.seq ?? 0,
        balances: new Map(balances.flatMap(([at, balance]) => (balance === undefined ? [] : [[at, balance]]))),
        transfers: new Map(transfers.filter((row) => row.bank === bank).map((row) => [row.id, row])),
      };
      return [bank, state];
    }),
  );
}
