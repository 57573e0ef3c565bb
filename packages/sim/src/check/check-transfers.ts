import type { TransferAnswer } from '../load/transfers.ts';
import { ACCOUNTS, START_BALANCE } from '../load/types.ts';
import type { BankState, CallRecord, History, Survivors, Violation } from './history.ts';

/**
 * Transactions of a bank come in one order, that of the number which each gives itself. So what survives is a prefix of that order, each transfer in it whole and once;
 * what was answered before another began has the lower number; and who looks at all accounts sees the state behind one of them.
 */
export function checkTransfers({ calls, starts }: Pick<History, 'calls' | 'starts'>): Violation[] {
  const transfers = calls.filter(({ verb }) => verb === 'transfer' || verb === 'audit');
  return [
    ...starts.flatMap((start, index) => checkStart(transfers, start, starts[index - 1])),
    ...epochsOf(starts).flatMap(([from, to]) => {
      const inside = transfers.filter((call) => call.from > from && call.to < to && call.end?.kind === 'ok');
      return [...new Set(inside.map(({ key }) => key))].flatMap((bank) =>
        checkOrder(inside.filter(({ key, end }) => key === bank && (end as { answer: unknown }).answer !== undefined)),
      );
    }),
  ];
}

/** Times in which nothing that was acknowledged is lost. */
function epochsOf(starts: readonly Survivors[]): (readonly [from: number, to: number])[] {
  const bounds = [-1, ...starts.filter(({ mayHaveLost }) => mayHaveLost).map(({ at }) => at), Infinity];
  return bounds.slice(1).map((to, index) => [bounds[index]!, to]);
}

function checkStart(calls: readonly CallRecord[], start: Survivors, before: Survivors | undefined): Violation[] {
  const banks = [...new Set([...calls.map(({ key }) => Number(key)), ...start.banks.keys()])];
  return banks.flatMap((bank) => {
    const state = start.banks.get(bank) ?? NOTHING;
    const ofBank = calls.filter(({ key, verb }) => key === String(bank) && verb === 'transfer');
    return [
      ...whole(bank, state),
      ...kept(ofBank, state, start, before),
      ...[...(before?.banks.get(bank)?.transfers ?? [])]
        .filter(([id, { seq }]) => state.transfers.get(id)?.seq !== seq)
        .map(([id]) => broken('durability', bank, `transfer ${id} had survived a crash and was lost by the next`)),
    ];
  });
}

const NOTHING: BankState = { seq: 0, balances: new Map(), transfers: new Map() };

/** All transfers up to the last, each once, and the accounts as these leave them. */
function whole(bank: number, { seq, balances, transfers }: BankState): Violation[] {
  const numbers = [...transfers.values()].map((transfer) => transfer.seq).toSorted((a, b) => a - b);
  const due = Array.from({ length: ACCOUNTS }, () => START_BALANCE);
  for (const { from, to, amount } of transfers.values()) {
    due[from]! -= amount;
    due[to]! += amount;
  }
  const found = due.map((_, at) => balances.get(at) ?? START_BALANCE);
  return [
    ...(numbers.length === seq && numbers.every((number, at) => number === at + 1)
      ? []
      : [broken('atomicity', bank, `the transfers ${numbers.join(' ')} are there, and ${seq} were counted`)]),
    ...(found.join(' ') === due.join(' ')
      ? []
      : [broken('atomicity', bank, `the accounts have ${found.join(' ')}, and by the transfers ${due.join(' ')}`)]),
  ];
}

/** What was acknowledged is there, and what failed for certain is not. Where a crash may lose some, it is the last ones. */
function kept(
  calls: readonly CallRecord[],
  { seq, transfers }: BankState,
  { at, mayHaveLost }: Survivors,
  before: Survivors | undefined,
): Violation[] {
  return calls.flatMap((call): Violation[] => {
    const { id, key, from, to, end } = call;
    const isThere = transfers.has(id);
    if (end?.kind === 'failed' && isThere)
      return [broken('exactly-once', key, `transfer ${id} is there, and failed with ${end.code}`)];
    const answer = end?.kind === 'ok' ? (end.answer as TransferAnswer | undefined) : undefined;
    if (end?.kind === 'ok' && answer === undefined && isThere)
      return [broken('exactly-once', key, `transfer ${id} is there, and did nothing`)];
    if (answer === undefined || to > at) return [];
    if (isThere && transfers.get(id)!.seq !== answer.seq)
      return [broken('exactly-once', key, `transfer ${id} said that it was number ${answer.seq}`)];
    const isOfEpoch = mayHaveLost ? from > (before?.at ?? -1) && answer.seq <= seq : !mayHaveLost;
    if (isThere || !isOfEpoch || wasLost(call, before)) return [];
    return [broken('durability', key, `transfer ${id} was acknowledged at ${to} and was not there at ${at}`)];
  });
}

/** It was acknowledged before the start before, so that is where it is missed if it is. */
function wasLost({ to }: CallRecord, before: Survivors | undefined): boolean {
  return before !== undefined && to < before.at;
}

function checkOrder(calls: readonly CallRecord[]): Violation[] {
  return calls.flatMap((call) => {
    const { seq, surplus, transfers } = answerOf(call);
    const found = surplus === 0 && transfers === seq ? [] : [broken('atomicity', call.key, `${told(call)}`)];
    const later = calls.filter(({ from }) => from > call.to);
    const wrong = later.find((other) => answerOf(other).seq < seq + (other.verb === 'transfer' ? 1 : 0));
    return wrong === undefined ? found : [...found, broken('order', call.key, `${told(wrong)} behind ${told(call)}`)];
  });
}

function answerOf(call: CallRecord): TransferAnswer {
  return (call.end as { readonly answer: TransferAnswer }).answer;
}

function told(call: CallRecord): string {
  return `${call.verb} ${call.id} (${call.from}-${call.to}) saw ${JSON.stringify(answerOf(call))}`;
}

function broken(check: Violation['check'], bank: number | string, text: string): Violation {
  return { check, text: `bank ${bank}: ${text}` };
}
