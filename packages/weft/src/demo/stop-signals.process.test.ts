import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** How long the process has something to do: time enough for a slow machine to press a key twice. */
const KEPT_MS = 8000;

const script = `
  import { StopSignals } from ${JSON.stringify(new URL('./stop-signals.ts', import.meta.url).href)};
  const stop = new StopSignals(undefined, () => console.log('restored'));
  stop.signal.addEventListener('abort', () => console.log('stopping for ' + stop.reason));
  setTimeout(() => process.exit(stop.reason === undefined ? 1 : 0), ${KEPT_MS});
  console.log('ready');
`;

test('signals at the same moment are one key press, and the process may finish what it does', async () => {
  const process_ = start();
  await process_.says('ready');
  process_.kill('SIGINT');
  process_.kill('SIGINT');
  await process_.says('stopping for SIGINT');
  expect(await process_.end()).toEqual({ code: 0, text: 'ready\nstopping for SIGINT\n' });
});

test('a second key press ends the process at once, with the terminal restored', async () => {
  const process_ = start();
  await process_.says('ready');
  process_.kill('SIGINT');
  await process_.says('stopping for SIGINT');
  await new Promise((resolve) => setTimeout(resolve, 600));
  process_.kill('SIGINT');
  expect(await process_.end()).toEqual({ code: 130, text: 'ready\nstopping for SIGINT\nrestored\n' });
});

function start() {
  const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', script]);
  let text = '';
  let wake: () => void = () => undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    child.on('close', (code) => {
      wake();
      resolve({ code, text });
    }),
  );
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    end: () => ended,
    async says(words: string): Promise<void> {
      while (!text.includes(words)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}
