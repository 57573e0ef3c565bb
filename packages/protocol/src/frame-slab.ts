/** What small frames share: as little as one that is kept for long may hold back. */
const SLAB_BYTES = 16 * 1024;

/** Bytes up to which a frame is copied to a slab; the memory of a longer one goes with it. */
export const SLAB_FRAME_BYTES_MAX = 4 * 1024;

let slab = new Uint8Array(0);
let used = 0;

/**
 * The first bytes in memory that nobody writes again. Small frames share it: one of its own for each takes more time than all that is in it, and waits
 * outside of the heap to be collected. A slab is there until the last of its frames is gone.
 */
export function copyOut(bytes: Uint8Array, length: number): Uint8Array {
  if (slab.length - used < length) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const copy = slab.subarray(used, used + length);
  copy.set(bytes.subarray(0, length));
  used += length;
  return copy;
}
