import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Runs a case of `left-open.fixture.ts` to its own end. */
async function run(name: string, environment = 'development'): Promise<{ code: unknown; told: unknown }> {
  const path = fileURLToPath(new URL('left-open.fixture.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=source', '--expose-gc', path, name], {
    env: { ...process.env, NODE_ENV: environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += String(text)));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, told: output === '' ? undefined : JSON.parse(output) };
}

test('a grid of connect that was left open and forgotten is warned of once, in development', async () => {
  expect(await run('forgotten')).toEqual({ code: 0, told: { warnings: ['WEFT_LEFT_OPEN'], ends: [] } });
  expect(await run('forgotten', 'production')).toEqual({ code: 0, told: { warnings: [], ends: [] } });
});

test('one that was disposed, or whose handles are used still, is not warned of', async () => {
  expect(await run('disposed')).toEqual({ code: 0, told: { warnings: [], ends: [] } });
  expect(await run('used')).toEqual({ code: 0, told: { warnings: [], ends: ['count 0', 'warnings 0'] } });
});

test('a process that exits with an open grid ends as it wants to', async () => {
  expect(await run('exits')).toEqual({ code: 3, told: undefined });
});

test('what is open when the grid is closed ends with CLOSED, and nothing keeps the process', async () => {
  const ends = ['CLOSED', 'CLOSED', 'CLOSED', 'CLOSED'];
  expect(await run('streams')).toEqual({ code: 0, told: { warnings: [], ends } });
});
