/** The least a grid can work with: a first step (GRANT_BYTES) for its pages, and as much for indexes and reserve. */
export const MEMORY_BYTES_MIN = 32 << 20;
