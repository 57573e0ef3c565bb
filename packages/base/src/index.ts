export { assert, AssertionError, must, unreachable } from './assert.ts';
export { errorRegistry, type ErrorCode, type ErrorEntry } from './errors/registry.ts';
export { WeftError, type ErrorContext } from './errors/weft-error.ts';
export type { Clock } from './seams/clock.ts';
export type { ContentHash } from './seams/content-hash.ts';
