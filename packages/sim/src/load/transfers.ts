import type { Grid } from '@weft/client';
import { SeededRandom } from '../seeded-random.ts';
import { SPAN_MS } from './faults.ts';
import { Account, accountId, ACCOUNTS, START_BALANCE, Transfer } from './types.ts';

/** Something that reads and writes several rows of a bank at once. */
export interface PlannedTransfer {
  readonly id: number;
  readonly pauseMs: number;
  readonly isAlone: boolean;
  readonly timeoutMs: number;
  readonly isNamed?: boolean;
  /** `atomic` writes what it has read before, if nobody has changed it; `audit` only reads. */
  readonly verb: 'transfer' | 'atomic' | 'audit';
  readonly bank: number;
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** What a transfer or an audit answers: the number of the transfer, of all of its bank; and how much money there is too much, with the transfers that were counted. */
export interface TransferAnswer {
  readonly seq: number;
  readonly surplus: number;
  readonly transfers: number;
}

/** Ids of transfers, apart from those of other calls. */
const FIRST_ID = 100_000;
const TRANSFERS_MAX = 25;

/** Of each client; none in most runs. */
export function transfersOf(seed: number, clients: number): PlannedTransfer[][] {
  const random = new SeededRandom(seed, 'transfers');
  const count = random.chance(0.3) ? 2 + random.below(TRANSFERS_MAX) : 0;
  const banks = 1 + random.below(3);
  const timeoutMs = random.pick([500, 5000]);
  const namedShare = random.pick([0, 0.5]);
  let id = FIRST_ID;
  return Array.from({ length: clients }, () =>
    Array.from({ length: count }, (): PlannedTransfer => {
      const from = random.below(ACCOUNTS);
      return {
        id: ++id,
        pauseMs: random.delayMs(SPAN_MS / TRANSFERS_MAX),
        isAlone: random.chance(0.7),
        timeoutMs,
        ...(random.chance(namedShare) && { isNamed: true }),
        verb: random.pick(['transfer', 'transfer', 'transfer', 'atomic', 'audit'] as const),
        bank: random.below(banks),
        from,
        to: (from + 1 + random.below(ACCOUNTS - 1)) % ACCOUNTS,
        amount: 1 + random.below(9),
      };
    }),
  );
}

type Limits = { readonly timeout: number; readonly idempotencyId?: string };

/** Does it, and says what it has seen; undefined where there was nothing to do. */
export function doTransfer(
  grid: Pick<Grid, 'transaction' | 'atomic' | 'space'>,
  planned: PlannedTransfer,
): Promise<TransferAnswer | undefined> {
  const limits = {
    // An atomic one is two calls, one after the other.
    timeout: planned.verb === 'atomic' ? planned.timeoutMs / 2 : planned.timeoutMs,
    ...(planned.isNamed === true && { idempotencyId: `transfer ${planned.id}` }),
  };
  if (planned.verb === 'audit') return audit(grid, planned, { timeout: planned.timeoutMs });
  return planned.verb === 'atomic' ? atomically(grid, planned, limits) : transfer(grid, planned, limits);
}

async function transfer(
  grid: Pick<Grid, 'transaction'>,
  { id, bank, from, to, amount }: PlannedTransfer,
  limits: Limits,
): Promise<TransferAnswer> {
  const seq = await grid.transaction(async (tx) => {
    const accounts = tx.space(Account);
    const rows = await accounts.getMany(keysOf(bank));
    const next = (rows[0]?.seq ?? 0) + 1;
    for (const [at, row] of rows.entries()) {
      const change = (at === to ? amount : 0) - (at === from ? amount : 0);
      if (at !== 0 && change === 0) continue;
      const balance = (row?.balance ?? START_BALANCE) + change;
      await accounts.write({ id: accountId(bank, at), bank, balance, seq: at === 0 ? next : 0 });
    }
    await tx.space(Transfer).write({ id, bank, seq: next, from, to, amount });
    return next;
  }, limits);
  return { seq, surplus: 0, transfers: seq };
}

/** The first account counts the transfers, so that all of a bank are in one order. */
async function atomically(
  grid: Pick<Grid, 'atomic' | 'space'>,
  { id, bank, from, to, amount }: PlannedTransfer,
  limits: Limits,
): Promise<TransferAnswer | undefined> {
  const rows = await grid.space(Account).getMany(keysOf(bank), { timeout: limits.timeout });
  if (rows.some((row) => row === undefined)) return undefined;
  const seq = rows[0]!.seq + 1;
  await grid.atomic(
    (b) => [
      ...rows.map((row, at) => {
        const balance = row!.balance + (at === to ? amount : 0) - (at === from ? amount : 0);
        return b.update(
          Account,
          { id: row!.id, bank },
          { balance, seq: at === 0 ? seq : 0 },
          { ifVersion: row!.version },
        );
      }),
      b.write(Transfer, { id, bank, seq, from, to, amount }),
    ],
    limits,
  );
  return { seq, surplus: 0, transfers: seq };
}

async function audit(
  grid: Pick<Grid, 'transaction'>,
  { bank }: PlannedTransfer,
  limits: Limits,
): Promise<TransferAnswer> {
  return grid.transaction(async (tx) => {
    const rows = await tx.space(Account).find({ bank });
    const transfers = await tx.space(Transfer).count({ bank });
    const surplus = rows.reduce((sum, { balance }) => sum + balance - START_BALANCE, 0);
    return { seq: rows.find(({ id }) => id === accountId(bank, 0))?.seq ?? 0, surplus, transfers };
  }, limits);
}

function keysOf(bank: number): { readonly id: string; readonly bank: number }[] {
  return Array.from({ length: ACCOUNTS }, (_, at) => ({ id: accountId(bank, at), bank }));
}
