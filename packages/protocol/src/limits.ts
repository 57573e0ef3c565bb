/** The version of the protocol that this code speaks; a connection agrees on the highest that both ends know. */
export const PROTOCOL_VERSION = 1;
/** Bytes of the content of one frame. */
export const FRAME_BYTES_MAX = 24 * 1024 * 1024;
/** Bytes of a frame before the server knows who sends it. */
export const HELLO_BYTES_MAX = 16 * 1024;
/** Requests of one session that wait for their answer. */
export const IN_FLIGHT_MAX = 16_384;
/** Requests of one session that take long and wait for their answer outside of its window, so that they do not hold up those behind them. */
export const ASIDE_MAX = 1024;
/** Bytes of messages after which a frame goes out though more would fit. */
export const FRAME_BYTES_AIM = 256 * 1024;
/** Nested arrays and objects in a plain value: conditions nest twice as deep there as they do for callers. */
export const VALUE_DEPTH_MAX = 256;
