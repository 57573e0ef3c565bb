/**
 * The grid of one thread from its parts, with clock, disk, timers and memory given to it: for the simulator. It is no part of what users may
 * import: the package has no built file for it.
 */
export { EmbeddedGrid, type EmbeddedOptions } from './embedded-grid.ts';
export { DataDirectory, type DataDirectoryOptions } from './durable/data-directory.ts';
export type { DirectoryPlace } from './durable/directory-place.ts';
export type { DataLock } from './host/data-lock.ts';
