import { WeftError } from '@weft/base';
import type { Mutation } from '../plan/plan.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * A json value changed at a path. Objects on the way are made where there is none, or null; anything else in the way is
 * an error. The given value is this call's own (columns parse anew), so it is changed in place.
 */
export function changeJson(
  place: string,
  value: unknown,
  mutation: Mutation & { readonly path?: readonly (string | number)[] },
): unknown {
  if (value === undefined && mutation.op === 'unset') return undefined;
  const path = mutation.path ?? [];
  const root = (value ?? {}) as Json;
  const holder = walk(place, root, path.slice(0, -1), mutation.op !== 'unset');
  if (holder === undefined) return value;
  change(place, holder, path.at(-1)!, mutation);
  return root;
}

function walk(place: string, root: Json, path: readonly (string | number)[], make: boolean): Json | undefined {
  let at = root;
  for (const step of path) {
    const next = child(place, at, step) ?? undefined;
    if (next === undefined && !make) return undefined;
    at = next ?? put(place, at, step, {});
  }
  return at;
}

function change(place: string, holder: Json, step: string | number, mutation: Mutation): void {
  const held = child(place, holder, step);
  switch (mutation.op) {
    case 'set':
      put(place, holder, step, structuredClone(mutation.value) as Json);
      return;
    case 'unset':
      remove(holder, step);
      return;
    case 'inc': {
      if (held !== undefined && typeof held !== 'number') throw misfit(place, step, 'inc needs a number');
      const sum = (held ?? 0) + (mutation.value as number);
      if (!Number.isFinite(sum))
        throw new WeftError(
          'NUMERIC_OVERFLOW',
          `${place}: the increment at ${JSON.stringify(step)} leaves the range of a number.`,
        );
      put(place, holder, step, sum);
      return;
    }
    case 'push': {
      if (held !== undefined && !Array.isArray(held)) throw misfit(place, step, 'push needs an array');
      put(place, holder, step, [...(held ?? []), ...(structuredClone(mutation.values) as Json[])]);
      return;
    }
    case 'pull':
      throw misfit(place, step, 'pull has no path');
  }
}

function child(place: string, holder: Json, step: string | number): Json | undefined {
  if (Array.isArray(holder)) return typeof step === 'number' ? holder[step] : undefined;
  if (typeof holder !== 'object' || holder === null)
    throw misfit(place, step, 'the path leads through a value that is no object');
  return Object.hasOwn(holder, step) ? holder[String(step)] : undefined;
}

function put(place: string, holder: Json, step: string | number, value: Json): Json {
  if (Array.isArray(holder)) {
    if (typeof step !== 'number' || step > holder.length)
      throw misfit(place, step, 'an array takes a position up to its length');
    holder[step] = value;
  } else if (typeof holder === 'object' && holder !== null) {
    // A plain assignment would change the prototype for '__proto__'.
    Object.defineProperty(holder, step, { value, writable: true, enumerable: true, configurable: true });
  } else throw misfit(place, step, 'the path leads through a value that is no object');
  return value;
}

function remove(holder: Json, step: string | number): void {
  if (Array.isArray(holder)) {
    if (typeof step === 'number' && step < holder.length) holder.splice(step, 1);
  } else if (typeof holder === 'object' && holder !== null) delete holder[String(step)];
}

function misfit(place: string, step: string | number, rule: string): WeftError {
  return new WeftError('PREDICATE_INVALID', `${place}: at ${JSON.stringify(step)}, ${rule}.`);
}
