/** What a record says of itself at fixed places, read without the rest of it. `at`: where the record begins; the 44 bytes of its header are there. */

export function partitionOfRecord(bytes: Uint8Array, at: number): number {
  return bytes[at + 12]! | (bytes[at + 13]! << 8);
}

/** The lsn of its first effect. */
export function firstLsnOfRecord(bytes: Uint8Array, at: number): number {
  return uint32At(bytes, at + 16) + uint32At(bytes, at + 20) * TWO_32;
}

/** How many effects it has: each has an lsn of its own, but for an answer behind others, which has that of the one before. */
export function effectsOfRecord(bytes: Uint8Array, at: number): number {
  return uint32At(bytes, at + 40);
}

const TWO_32 = 0x1_0000_0000;

/** Byte by byte: a DataView for each record would cost more than what is read. */
function uint32At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;
}
