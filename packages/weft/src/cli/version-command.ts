import { readFileSync } from 'node:fs';
import type { Command } from './command.ts';
import { exitCode } from './exit-code.ts';

export const versionCommand: Command = {
  name: 'version',
  summary: 'Print the version of Weft and of the Node that runs it.',
  description: 'Prints the version of Weft, then the version of Node and the platform it runs on.',
  examples: [
    ['weft version', 'one line to paste into a report'],
    ['weft version --json', 'the same for machines'],
  ],
  options: [{ name: 'json', summary: 'One JSON object instead of a sentence.' }],
  run({ stdout }, options) {
    const facts = { weft: weftVersion(), node: process.versions.node, platform: `${process.platform}-${process.arch}` };
    stdout.write(
      options.is('json')
        ? `${JSON.stringify(facts)}\n`
        : `weft ${facts.weft} (node ${facts.node}, ${facts.platform})\n`,
    );
    return Promise.resolve(exitCode.ok);
  },
};

/** From the package's own manifest, which lies two folders above both src/cli and dist/cli. */
function weftVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return (manifest as { readonly version: string }).version;
}
