/** The version of the protocol that this code speaks; a connection agrees on the highest that both ends know. */
export const PROTOCOL_VERSION = 1;
/** Bytes of the content of one frame that a client sends: a row of ROW_BYTES_MAX fits. */
export const FRAME_BYTES_MAX = 24 * 1024 * 1024;
/** The same of a host: an event with such a row as it was and as it is fits. */
export const ANSWER_FRAME_BYTES_MAX = 40 * 1024 * 1024;
/** Bytes of a frame before the server knows who sends it. */
export const HELLO_BYTES_MAX = 16 * 1024;
/** Requests of one session that wait for their answer. */
export const IN_FLIGHT_MAX = 16_384;
/** Requests of one session that take long and wait for their answer outside of its window, so that they do not hold up those behind them. */
export const ASIDE_MAX = 1024;
/** Bytes of messages after which a frame goes out though more would fit. */
export const FRAME_BYTES_AIM = 256 * 1024;
/** Bytes of one request, and of one answer or item; the messages that are in the frame already come on top. */
export const REQUEST_BYTES_MAX = 23.5 * 1024 * 1024;
export const ANSWER_BYTES_MAX = 39.5 * 1024 * 1024;
/** Nested arrays and objects in a plain value: conditions nest twice as deep there as they do for callers. */
export const VALUE_DEPTH_MAX = 256;
