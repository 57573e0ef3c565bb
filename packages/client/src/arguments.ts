import { WeftError } from '@weft/base';
import { checkOptionNames, type AnyType } from '@weft/data';

/** Option `onConflict`. Throws OPTION_INVALID. */
export function conflictOf(type: AnyType, options: object | undefined): 'replace' | 'fail' {
  if (options === undefined) return 'replace';
  checkOptionNames(`${type.name}.write`, options, ['onConflict', 'signal', 'timeout']);
  const { onConflict = 'replace' } = options as { onConflict?: unknown };
  if (onConflict === 'replace' || onConflict === 'fail') return onConflict;
  throw new WeftError(
    'OPTION_INVALID',
    `${type.name}.write: onConflict is 'replace' or 'fail', not ${typeof onConflict === 'string' ? JSON.stringify(onConflict) : typeof onConflict}.`,
  );
}

/** Option `ifVersion`. Throws OPTION_INVALID. */
export function versionOption(type: AnyType, options: object | undefined): number | undefined {
  if (options === undefined) return undefined;
  checkOptionNames(`${type.name}.update`, options, ['ifVersion', 'signal', 'timeout']);
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
  if (typeof row === 'object' && row !== null && !Array.isArray(row)) return row;
  throw new WeftError('VALUE_INVALID', `${type.name}: a row is an object of columns, not ${describe(row)}.`);
}

export function patchObject(type: AnyType, patch: unknown): object {
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch;
  throw new WeftError('VALUE_INVALID', `${type.name}: a patch is an object of columns, not ${describe(patch)}.`);
}

/** The keys of `getMany`. A string is iterable too: taken as a list, each of its letters would be a key. Throws KEY_INVALID. */
export function keyList(type: AnyType, keys: unknown): readonly unknown[] {
  if (Array.isArray(keys)) return keys;
  throw new WeftError('KEY_INVALID', `${type.name}.getMany takes an array of keys, not ${describe(keys)}.`);
}

function describe(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}
