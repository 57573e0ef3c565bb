import { readFileSync } from 'node:fs';

/** `package version` of a pinned peer, as bench/package.json pins it (and `npm ci` installed it). */
export function pinned(name: string): string {
  const { dependencies } = readBenchPackage();
  const version = dependencies[name];
  if (version === undefined) throw new Error(`bench/package.json does not pin ${name}`);
  return `${name} ${version}`;
}

/**
 * Every peer package that bench/package.json pins, by name. Those with an install script are optional: npm does not run it unless it is
 * allowed to, and what they need is in their packages for each platform.
 */
export function readBenchPackage(): { readonly dependencies: Readonly<Record<string, string>> } {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { dependencies, optionalDependencies } = JSON.parse(text) as Record<string, Record<string, string>>;
  return { dependencies: { ...dependencies, ...optionalDependencies } };
}
