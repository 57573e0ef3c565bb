/** The version of the protocol that this code speaks; a connection agrees on the highest that both ends know. */
export const PROTOCOL_VERSION = 1;
/** Bytes of the content of one frame. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes of a frame before the server knows who sends it. */
export const HELLO_BYTES_MAX = 16 * 1024;
/** Requests of one session that wait for their answer. */
export const IN_FLIGHT_MAX = 16_384;
/** Nested arrays and objects in a plain value. */
export const VALUE_DEPTH_MAX = 64;
