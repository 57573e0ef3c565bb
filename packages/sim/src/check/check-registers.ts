import type { RegisterVerb } from '../load/register-verb.ts';
import type { CallRecord, History, RegisterState, Survivors, Violation } from './history.ts';
import { checkLinear, type LinearCall } from './linear.ts';
import { applyCall, applyUnseen, stateKey } from './register.ts';

/**
 * Whether each register was one row, changed by each call at one moment between its beginning and its end. Where a crash may lose what was acknowledged
 * last, the time from one start of the host to the next is looked at alone: it begins with what had survived, and what survives it was the row once.
 */
export function checkRegisters(history: Pick<History, 'calls' | 'starts'>): Violation[] {
  const calls = history.calls.filter(({ verb }) => isOfRegister(verb));
  const mayLose = history.starts.some(({ mayHaveLost }) => mayHaveLost);
  return [...new Set(calls.map(({ key }) => key))].flatMap((key) => {
    const ofKey = calls.filter((call) => call.key === key);
    return mayLose ? checkEpochs(key, ofKey, history.starts) : checkWhole(key, ofKey, history.starts);
  });
}

function isOfRegister(verb: CallRecord['verb']): verb is RegisterVerb {
  return verb in { get: 1, write: 1, insert: 1, update: 1, swap: 1, delete: 1 };
}

function checkWhole(key: string, calls: readonly CallRecord[], starts: readonly Survivors[]): Violation[] {
  const rest = known(calls, starts);
  const all = [
    ...calls.flatMap((call) => linearCall(call, rest)),
    ...starts.map(({ at, registers }) => seenAs(registers.get(key), { from: at, to: at })),
  ];
  return verdict(key, all, undefined, calls);
}

function checkEpochs(key: string, calls: readonly CallRecord[], starts: readonly Survivors[]): Violation[] {
  const rest = known(calls, starts);
  return starts.flatMap(({ at, registers }, index) => {
    const next = starts[index + 1];
    const end = next?.at ?? Infinity;
    const inside = calls.filter(({ from, to }) => from < end && to > at);
    const all = inside.flatMap((call) =>
      call.from > at && call.to < end ? linearCall(call, rest) : whetherDone(call, Math.max(call.from, at), rest),
    );
    if (next !== undefined) {
      const when = next.mayHaveLost ? { from: at, to: Infinity } : { from: next.at, to: next.at };
      all.push(seenAs(next.registers.get(key), when));
    }
    return verdict(key, all, registers.get(key), inside);
  });
}

/** A call of which it is known how it ended, but for reads that nobody has an answer of. */
function linearCall(call: CallRecord, rest: Known): LinearCall<RegisterState>[] {
  if (call.end?.kind === 'ok') return [{ ...span(call), isCertain: true, apply: (state) => applyCall(call, state) }];
  if (call.end?.kind === 'failed') {
    const hasSeen = call.end.code === 'KEY_EXISTS' || call.end.code === 'VERSION_CONFLICT';
    return hasSeen ? [{ ...span(call), isCertain: true, apply: (state) => applyCall(call, state) }] : [];
  }
  return whetherDone(call, call.from, rest);
}

/**
 * One that may have been done, at any time from then on, until the host is started again after the client gave it up. Those whose value nobody has seen are
 * all alike.
 */
function whetherDone(call: CallRecord, from: number, { seen, starts }: Known): LinearCall<RegisterState>[] {
  const { verb, id, ifVersion, to, end } = call;
  if (verb === 'get' || end?.kind === 'failed') return [];
  const until = (starts.find(({ at }) => at > to)?.at ?? Infinity) - 0.5;
  const common = { from, to: Infinity, isCertain: false, until };
  if (seen.has(id) && verb !== 'delete') return [{ ...common, apply: (state) => applyUnseen(call, state) }];
  return [{ ...common, kind: `${verb} ${ifVersion} ${until}`, apply: (state) => applyUnseen(call, state, UNSEEN) }];
}

/** In place of all values that nobody has seen. */
const UNSEEN = -1;

/** What is known of the whole history. */
interface Known {
  /** Values that somebody has seen, or that survived. */
  readonly seen: ReadonlySet<number>;
  readonly starts: readonly Survivors[];
}

function known(calls: readonly CallRecord[], starts: readonly Survivors[]): Known {
  const answers = calls.flatMap(({ end }) => (end?.kind === 'ok' ? [end.answer as RegisterState] : []));
  const survivors = starts.flatMap(({ registers }) => [...registers.values()]);
  return { seen: new Set([...answers, ...survivors].flatMap((state) => state?.value ?? [])), starts };
}

function seenAs(seen: RegisterState, when: { from: number; to: number }): LinearCall<RegisterState> {
  return { ...when, isCertain: true, apply: (state) => (stateKey(state) === stateKey(seen) ? [state] : []) };
}

function span({ from, to }: CallRecord): { from: number; to: number } {
  return { from, to };
}

function verdict(
  key: string,
  all: readonly LinearCall<RegisterState>[],
  initial: RegisterState,
  calls: readonly CallRecord[],
): Violation[] {
  const answer = checkLinear(all, initial, stateKey);
  if (answer === 'linearizable') return [];
  const text = `register ${key} is ${answer}, from ${stateKey(initial) || 'nothing'}: ${calls.map(describe).join('; ')}`;
  return [{ check: 'linearizability', text }];
}

function describe({ id, client, verb, ifVersion, from, to, end }: CallRecord): string {
  const asked = ifVersion === undefined ? '' : ` if ${ifVersion}`;
  const told = end === undefined ? '?' : end.kind === 'ok' ? JSON.stringify(end.answer) : `${end.kind} ${end.code}`;
  return `[${from}-${to}] c${client} ${verb} ${id}${asked} -> ${told}`;
}
