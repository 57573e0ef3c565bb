/*
 * The front of a scratch, by byte address. The host writes it before a call; the kernel reads it.
 *
 *   0  rows | live | start | data | full | shift | absent | groups     eight u32
 *  64  lane masks: 32 vectors of two i64, bit 2k and bit 2k + 1 for vector k
 * 576  inputs: cells, nulls                                            two u32 each
 *      slots: constants                                                eight bytes each
 *
 * Behind it, at addresses that only the header names: lists, code tables, and at `data` the states of the aggregate, the directory
 * of the segments that hold them, or the selection.
 */

/** Rows of the page. */
export const ROWS = 0;
/** Address of the live bitmap in the segment. */
export const LIVE = 4;
/** First row to look at: 0, or where a call stopped because a segment of groups was full. */
export const START = 8;
/** Address of states, directory or selection in the scratch. */
export const DATA = 12;
/** Hash groups: the address of the segment that was full when a call stopped. */
export const FULL = 16;
/** Hash groups: 64 − log2 of the directory's length. */
export const SHIFT = 20;
/** Hash groups: the address of the record of absent keys. */
export const ABSENT = 24;
/** Hash groups: how many there are, without that of absent keys. */
export const GROUPS = 28;

export const LANE_MASKS = 64;
const LANE_MASK_VECTORS = 32;
export const INPUTS = LANE_MASKS + LANE_MASK_VECTORS * 16;
export const INPUT_BYTES = 8;
export const SLOT_BYTES = 8;

export function slotAddress(inputs: number, slot: number): number {
  return INPUTS + inputs * INPUT_BYTES + slot * SLOT_BYTES;
}

/** Row r of a word belongs to the low lane of vector r / 2 if r is even, else to the high one. */
export function laneMasks(): BigUint64Array {
  return BigUint64Array.from({ length: LANE_MASK_VECTORS * 2 }, (_, bit) => 1n << BigInt(bit));
}
