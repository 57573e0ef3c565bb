export { assert, AssertionError, must, unreachable } from './assert.ts';
export { errorRegistry, type ErrorCode, type ErrorEntry } from './errors/registry.ts';
export { WeftError, type ErrorContext } from './errors/weft-error.ts';
export type { Clock } from './seams/clock.ts';
export type { Random } from './seams/random.ts';
export { SLICE_MS, type Turns } from './seams/turns.ts';
export { type Duration, type DurationUnit, DURATION_MS_MAX, durationMs, parseDuration } from './duration.ts';
export { murmur3, murmur3Int64, murmur3String } from './bytes/murmur3.ts';
export { compareUtf8, equalsUtf8, readUtf8, utf8Length, writeUtf8 } from './bytes/utf8.ts';
