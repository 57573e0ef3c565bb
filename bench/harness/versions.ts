import { readFileSync } from 'node:fs';

/** `package version` of a pinned peer, as bench/package.json pins it (and `npm ci` installed it). */
export function pinned(name: string): string {
  const { dependencies } = readBenchPackage();
  const version = dependencies[name];
  if (version === undefined) throw new Error(`bench/package.json does not pin ${name}`);
  return `${name} ${version}`;
}

/** Every peer package that bench/package.json pins, by name. */
export function readBenchPackage(): { readonly dependencies: Readonly<Record<string, string>> } {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
}
