/** Test help: a host thread that says it serves, and dies of a bug. */
import { parentPort } from 'node:worker_threads';
import type { FromHost } from './member-messages.ts';

const say = (message: FromHost): void => parentPort!.postMessage(message);

parentPort!.on('message', () => {
  say({ kind: 'serving' });
  setTimeout(() => {
    throw new Error('a bug in the host');
  }, 50);
});
say({ kind: 'listening', port: 1 });
say({ kind: 'recovered' });
