/** Hears of memory beside the arena that an index has taken or, below zero, given back, in bytes. */
export type Meter = (bytes: number) => void;

/** For an index that nobody's account counts. */
export const unmetered: Meter = () => undefined;
