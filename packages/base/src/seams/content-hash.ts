/**
 * A name that follows from the bytes: equal bytes have equal names, and nobody finds other bytes with the same. Lower-case hex digits,
 * as many of each name.
 */
export type ContentHash = (bytes: Uint8Array) => string;
