import { expect, test } from 'vitest';
import { checkCommands } from './commands.ts';

const world = {
  scripts: new Set(['test', 'demo']),
  exists: (path: string) => path === '.ci/run',
  binary: (name: string) => name === 'vitest',
};
const found = (...commands: string[]): string[] =>
  checkCommands('a.md', ['```sh', ...commands, '```'].join('\n'), world).map(
    ({ line, message }) => `${line}: ${message}`,
  );

test('commands that exist are in order', () => {
  const commands = [
    'npm install && npm run demo -- --rows 5',
    'npm test # all',
    'npx vitest run x',
    'bash .ci/run',
    'npm ci',
  ];
  expect(found(...commands, '# npm run gone', 'CI=1 npm test')).toEqual([]);
});

test('a script, a program or a file that does not exist is found with its line', () => {
  expect(found('npm run gone', 'npm install; npm start', 'npx gone', 'node gone.ts')).toEqual([
    "2: there is no npm script 'gone'",
    "3: there is no npm script 'start'",
    "4: no package here offers 'gone'",
    '5: there is no file gone.ts',
  ]);
});

test('npm without a command is found', () => {
  expect(found('npm')).toEqual(["2: 'npm' needs a command"]);
});
