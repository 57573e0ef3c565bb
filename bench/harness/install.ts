/**
 * The peers live in `bench/node_modules`, outside the workspaces, so that the project's own
 * install stays small. They are installed when a suite first needs them.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readBenchPackage } from './versions.ts';

const BENCH = new URL('../', import.meta.url);

/** Runs `npm ci` in `bench/` unless every pinned peer is there in its pinned version. */
export function ensurePeers(say: (line: string) => void): void {
  if (Object.entries(readBenchPackage().dependencies).every(([name, version]) => installedVersion(name) === version))
    return;
  say('installing the peers of the benches (npm ci in bench/, once) …');
  const [command, ...args] = npm();
  const { status, error } = spawnSync(command!, [...args, 'ci', '--no-audit', '--no-fund'], {
    cwd: fileURLToPath(BENCH),
    env: childEnvironment(),
    // Progress belongs beside ours; standard output is for the answer.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    throw new Error(
      `the peers could not be installed: npm ci in bench/ ${error?.message ?? 'failed, its reason stands above'}`,
    );
  }
}

function installedVersion(name: string): string | undefined {
  try {
    const text = readFileSync(new URL(`node_modules/${name}/package.json`, BENCH), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/** The npm that runs us, by our own Node: on Windows `npm` itself is not an executable. */
function npm(): string[] {
  const script = process.env['npm_execpath'];
  return script === undefined ? ['npm'] : [process.execPath, script];
}

/** Ours without what the outer npm set for its own package, and with our Node first on the path. */
function childEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_local_prefix|package_|lifecycle_)/.test(name),
  );
  return { ...Object.fromEntries(own), PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH'] ?? ''}` };
}
