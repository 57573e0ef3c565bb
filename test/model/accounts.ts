import { defineType, t } from '@weft/data';
import { createGrid, sum, count, type Grid } from 'weft';

/** Accounts between which money moves; what all hold together never changes. */
export const Account = defineType(
  'Account',
  {
    id: t.int32(),
    /** Accounts move between branches with their balance. */
    branch: t.int16().index('hash'),
    balance: t.int64().index('ordered'),
    owner: t.string(),
    note: t.string().optional(),
  },
  { key: 'id' },
);

const BRANCHES = 8;
const BALANCE = 1000n;

export interface Bank {
  readonly grid: Grid;
  readonly accounts: number;
  readonly total: bigint;
  /** Moves money between `transfers` pairs of accounts, each pair within this turn. */
  transfer(transfers: number): void;
  /** Bytes of old pages that reads hold. */
  pinnedBytes(): number;
}

export async function openBank(options: {
  readonly accounts: number;
  readonly partitions: number;
  readonly pinnedBytesMax?: number;
}): Promise<Bank> {
  const { accounts, ...rest } = options;
  const grid = await createGrid({ types: [Account], poison: true, segmentBytes: 16 << 20, ...rest });
  const local = grid.local(Account);
  const random = randomOf(accounts);
  for (let id = 0; id < accounts; id++)
    local.write({ id, branch: id % BRANCHES, balance: BALANCE, owner: `owner ${id}` });
  return {
    grid,
    accounts,
    total: BigInt(accounts) * BALANCE,
    transfer(transfers) {
      for (let i = 0; i < transfers; i++) move(random);
    },
    pinnedBytes: () => grid.stats().types[0]!.pinnedBytes,
  };

  /** Takes from one account and gives to another, who also changes branch and note: cells, indexes and heap all move. */
  function move(next: () => number): void {
    const amount = BigInt(next() % 100);
    const from = local.getOrThrow(next() % accounts);
    local.update(from.id, { balance: from.balance - amount });
    const to = local.getOrThrow(next() % accounts);
    local.update(to.id, {
      balance: to.balance + amount,
      branch: next() % BRANCHES,
      note: next() % 3 === 0 ? null : `note ${next()} `.repeat(next() % 20),
    });
  }
}

/** What must come out of every read of the whole, as of any one moment. */
export const whole = { select: { n: count(), total: sum('balance') } } as const;

/** The same numbers for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 1;
  };
}
