import { WeftError } from '@weft/base';

/** Waits for what may never come, or for the signal. Throws ABORTED. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void =>
      reject(new WeftError('ABORTED', 'The reading of the file was stopped by its signal.', { cause: signal.reason }));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
