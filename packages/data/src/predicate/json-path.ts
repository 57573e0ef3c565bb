import { WeftError } from '@weft/base';

import { JSON_DEPTH_MAX } from '../kind/limits.ts';
import { shown } from '../type/refusal.ts';
import type { JsonPath } from './predicate.ts';

/** The path, which must lead at least one step down. Throws PREDICATE_INVALID; `where` is type and column. */
export function checkPath(path: readonly unknown[], where: string): JsonPath {
  if (path.length === 0) throw invalid(where, 'at() needs at least one step');
  if (path.length > JSON_DEPTH_MAX) {
    throw invalid(where, `a path of ${path.length} steps is longer than JSON_DEPTH_MAX, ${JSON_DEPTH_MAX}`);
  }
  for (const step of path) {
    if (typeof step === 'string' && step.isWellFormed()) continue;
    if (typeof step === 'number' && Number.isInteger(step) && step >= 0) continue;
    throw invalid(where, `${shown(step)} is not a step of a path; give a property name or an index from 0`);
  }
  return path as JsonPath;
}

function invalid(where: string, why: string): WeftError<'PREDICATE_INVALID'> {
  return new WeftError('PREDICATE_INVALID', `${where}: ${why}.`);
}
