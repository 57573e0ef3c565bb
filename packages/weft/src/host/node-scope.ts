import { AsyncLocalStorage } from 'node:async_hooks';
import type { Scope } from '@weft/client';

/** A scope that follows the code of a callback through its awaits and timers. */
export function nodeScope(): Scope {
  const storage = new AsyncLocalStorage<true>();
  return {
    get isInside() {
      return storage.getStore() === true;
    },
    run: (callback) => storage.run(true, callback),
  };
}
