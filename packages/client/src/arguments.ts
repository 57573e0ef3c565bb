import { WeftError } from '@weft/base';
import { checkOptionNames, type AnyType } from '@weft/data';
import type { OnError } from './api.ts';
import { ttlOption, type RowTtl } from './expiry/row-ttl.ts';

/** What `write` may be told. Throws OPTION_INVALID. */
export function writeOptions(
  type: AnyType,
  options: object | undefined,
): { readonly onConflict: 'replace' | 'fail'; readonly ttl: RowTtl | undefined } {
  if (options === undefined) return PLAIN_WRITE;
  const call = `${type.name}.write`;
  checkOptionNames(call, options, ['onConflict', 'ttl', 'signal', 'timeout']);
  return {
    onConflict: oneOf(call, 'onConflict', options, ['replace', 'fail']),
    ttl: ttlOption(type, call, options),
  };
}

const PLAIN_WRITE = { onConflict: 'replace', ttl: undefined } as const;

/** Options of `writeMany`. Throws OPTION_INVALID. */
export function writeManyOptions(
  type: AnyType,
  options: object | undefined,
): { readonly onConflict: 'replace' | 'fail'; readonly onError: OnError; readonly ttl: RowTtl | undefined } {
  if (options === undefined) return { onConflict: 'replace', onError: 'stop', ttl: undefined };
  const call = `${type.name}.writeMany`;
  checkOptionNames(call, options, ['onConflict', 'onError', 'ttl', 'signal', 'timeout']);
  return {
    ttl: ttlOption(type, call, options),
    onConflict: oneOf(call, 'onConflict', options, ['replace', 'fail']),
    onError: oneOf(call, 'onError', options, ['stop', 'all', 'each']),
  };
}

/** The value of an option that is one of several words; the first is what holds without the option. */
function oneOf<W extends string>(call: string, option: string, options: object, words: readonly [W, ...W[]]): W {
  const value = (options as Readonly<Record<string, unknown>>)[option];
  if (value === undefined) return words[0];
  if (words.includes(value as W)) return value as W;
  const last = words.length - 1;
  const choices = `${words
    .slice(0, last)
    .map((word) => `'${word}'`)
    .join(', ')} or '${words[last]!}'`;
  const got = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : typeof value;
  throw new WeftError('OPTION_INVALID', `${call}: ${option} is ${choices}, not ${got}.`);
}

/** What `update` may be told. Throws OPTION_INVALID. */
export function updateOptions(
  type: AnyType,
  options: object | undefined,
): { readonly ifVersion: number | undefined; readonly ttl: RowTtl | undefined } {
  if (options === undefined) return PLAIN_UPDATE;
  const call = `${type.name}.update`;
  checkOptionNames(call, options, ['ifVersion', 'ttl', 'signal', 'timeout']);
  return { ifVersion: versionOption(type, options), ttl: ttlOption(type, call, options) };
}

const PLAIN_UPDATE = { ifVersion: undefined, ttl: undefined };

/** Option `ifVersion`. Throws OPTION_INVALID. */
function versionOption(type: AnyType, options: object): number | undefined {
  const { ifVersion } = options as { ifVersion?: unknown };
  if (ifVersion === undefined) return undefined;
  if (!type.schema.columns.some(({ role }) => role === 'version')) {
    throw new WeftError(
      'OPTION_INVALID',
      `${type.name}.update: ifVersion needs a column t.version() in the declaration.`,
    );
  }
  if (typeof ifVersion === 'number' && Number.isInteger(ifVersion) && ifVersion > 0) return ifVersion;
  throw new WeftError(
    'OPTION_INVALID',
    `${type.name}.update: ifVersion is a version as a row holds it, a positive integer.`,
  );
}

export function rowObject(type: AnyType, row: unknown): object {
  if (isRecord(row)) return row;
  throw new WeftError('VALUE_INVALID', `${type.name}: a row is an object of columns, not ${describe(row)}.`);
}

export function patchObject(type: AnyType, patch: unknown): object {
  if (isRecord(patch)) return patch;
  throw new WeftError('VALUE_INVALID', `${type.name}: a patch is an object of columns, not ${describe(patch)}.`);
}

/** Whether columns can be looked for in it. A promise has none, and nothing that says so would be found in it. */
function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && describe(value) === 'object';
}

/** The keys of `getMany`. A string is iterable too: taken as a list, each of its letters would be a key. Throws KEY_INVALID. */
export function keyList(type: AnyType, keys: unknown): readonly unknown[] {
  if (Array.isArray(keys)) return keys;
  throw new WeftError('KEY_INVALID', `${type.name}.getMany takes an array of keys, not ${describe(keys)}.`);
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  try {
    if (value instanceof Promise) return 'a promise; await it first';
    return Array.isArray(value) ? 'an array' : 'object';
  } catch {
    return 'an object that throws when it is read';
  }
}
