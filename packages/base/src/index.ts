export { assert, AssertionError, must, unreachable } from './assert.ts';
export { errorRegistry, type ErrorCode, type ErrorEntry } from './errors/registry.ts';
export { errorSummaries } from './errors/summaries.ts';
export { WeftError, type ErrorContext } from './errors/weft-error.ts';
export type { Clock } from './seams/clock.ts';
export type { Dialer, Wire, WireEvents } from './seams/net.ts';
export {
  DiskFault,
  type Checksum,
  type Disk,
  type DiskFaultKind,
  type DiskFile,
  type WriteMode,
} from './seams/disk.ts';
export { crashedDisk, crashImages, SECTOR_BYTES, type CrashImage } from './disk/crash-images.ts';
export { FalseDisk, type DiskOperation, type DiskStep } from './disk/false-disk.ts';
export type { ContentHash } from './seams/content-hash.ts';
export type { Random } from './seams/random.ts';
export type { Timers } from './seams/timers.ts';
export { SLICE_MS, type Turns } from './seams/turns.ts';
export { byteSize, type ByteSize, type ByteUnit, parseByteSize } from './byte-size.ts';
export { type Duration, type DurationUnit, DURATION_MS_MAX, durationMs, parseDuration } from './duration.ts';
export { crc32 } from './bytes/crc32.ts';
export { murmur3, murmur3Int64, murmur3String } from './bytes/murmur3.ts';
export { compareUtf8, equalsUtf8, readUtf8, utf8Length, writeUtf8 } from './bytes/utf8.ts';
export { wasm, type Wasm, type WasmInstance, type WasmMemory, type WasmModule } from './wasm.ts';
