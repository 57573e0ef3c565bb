/** The typed example of the README, word for word but for where the grid is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { examplesOf } from './examples.ts';
import { Workshop } from './workshop.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const workshop = new Workshop();
afterAll(() => workshop.close());

test.each(['1', '2'])(
  'the example of the README runs against weft start with %s hosts as it does in one process',
  async (hosts) => {
    const words = ['start', '--partitions', '3', '--hosts', hosts, '--port', '0', '--health-port', 'none'];
    const server = spawn(process.execPath, ['--conditions=source', 'packages/weft/bin/weft.mjs', ...words], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(server.stdout, 'data')) as [Buffer];
    const url = String(line).trimEnd();
    expect(url).toMatch(/^weft:\/\/localhost:\d+\/demo$/);

    const readme = readFileSync(`${root}/README.md`, 'utf8');
    const remote = readme
      .replace(/import \{([^}]*)\bcreateGrid\b([^}]*)\} from 'weft';/, `import {$1connect$2} from 'weft';`)
      .replace(/await createGrid\(\{ types: \[Order\][^)]*\)/, `await connect('${url}', { types: [Order] })`);
    expect(remote).not.toContain('createGrid({ types');
    const [example] = examplesOf('README.md', remote);
    expect(await workshop.check([example!])).toEqual([]);
    expect(await workshop.run(example!)).toBe('');

    server.kill('SIGTERM');
    expect(await once(server, 'exit')).toEqual([0, null]);
  },
);
