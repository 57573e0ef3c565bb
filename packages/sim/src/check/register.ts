import type { CallRecord, RegisterState } from './history.ts';

/** Tells states apart. */
export function stateKey(state: RegisterState): string {
  return state === undefined ? '' : `${state.value}/${state.version}`;
}

/**
 * What a call may leave of a row that was `state` when it was done, given how it ended: none where it cannot have ended like that here. Versions count
 * each change, so one that is done twice is seen.
 */
export function applyCall(call: CallRecord, state: RegisterState): readonly RegisterState[] {
  return call.end?.kind === 'ok' ? answered(call, call.end.answer, state) : refused(call, state);
}

/** What the call leaves if it is done, whatever it answers. `value`: in place of its own, where nobody has seen that. */
export function applyUnseen(
  { verb, id, ifVersion }: CallRecord,
  state: RegisterState,
  value = id,
): readonly RegisterState[] {
  switch (verb) {
    case 'write':
      return [written(value, state)];
    case 'insert':
      return state === undefined ? [written(value, state)] : [];
    case 'update':
      return state === undefined ? [] : [written(value, state)];
    case 'swap':
      return state === undefined || state.version !== ifVersion ? [] : [written(value, state)];
    case 'delete':
      return state === undefined ? [] : [undefined];
    default:
      return [];
  }
}

function answered(call: CallRecord, answer: unknown, state: RegisterState): readonly RegisterState[] {
  if (call.verb === 'get') return isSame(answer as RegisterState, state) ? [state] : [];
  if (call.verb === 'delete') return answer === (state !== undefined) ? [undefined] : [];
  if ((call.verb === 'update' || call.verb === 'swap') && answer === undefined)
    return state === undefined ? [state] : [];
  return applyUnseen(call, state).filter((left) => isSame(answer as RegisterState, left));
}

/** A call that was refused has seen why. */
function refused({ verb, end, ifVersion }: CallRecord, state: RegisterState): readonly RegisterState[] {
  const code = end !== undefined && end.kind !== 'ok' ? end.code : '';
  if (verb === 'insert' && code === 'KEY_EXISTS') return state === undefined ? [] : [state];
  if (verb === 'swap' && code === 'VERSION_CONFLICT')
    return state === undefined || state.version === ifVersion ? [] : [state];
  return [state];
}

function written(value: number, before: RegisterState): RegisterState {
  return { value, version: (before?.version ?? 0) + 1 };
}

function isSame(one: RegisterState, other: RegisterState): boolean {
  return stateKey(one) === stateKey(other);
}
