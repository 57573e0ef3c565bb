import { importsOf, isTest, packageOf, targetOf, type Import } from './imports.ts';
import type { Finding, SourceFile } from './source-tree.ts';

/** Which packages of ours each one may import: the table of ARCHITECTURE.md. Imports go down it only. */
export const LAYERS: Readonly<Record<string, readonly string[]>> = {
  '@weft/base': [],
  '@weft/data': ['@weft/base'],
  '@weft/log': ['@weft/base', '@weft/data'],
  '@weft/store': ['@weft/base', '@weft/data', '@weft/log'],
  '@weft/protocol': ['@weft/base', '@weft/data', '@weft/log'],
  '@weft/client': ['@weft/base', '@weft/data', '@weft/log', '@weft/protocol'],
  '@weft/member': ['@weft/base', '@weft/data', '@weft/log', '@weft/protocol', '@weft/client'],
  '@weft/files': ['@weft/base', '@weft/data', '@weft/client'],
  weft: [
    '@weft/base',
    '@weft/data',
    '@weft/log',
    '@weft/store',
    '@weft/protocol',
    '@weft/client',
    '@weft/member',
    '@weft/files',
  ],
  '@weft/sim': ['@weft/base', '@weft/data', '@weft/client', '@weft/member', 'weft'],
};

/** Packages that only tests may import; the workspace root declares them. */
const TEST_PACKAGES = new Set(['vitest', 'fast-check']);

/** Imports that leave the layer table, reach into another package's sources, or are not declared where they must be. */
export function checkLayers(files: readonly SourceFile[]): Finding[] {
  return [...packages(files)].flatMap(([folder, { name, declared, imports }]) => [
    ...imports.flatMap((found) => checkImport(found, folder, name, declared)),
    ...unused(folder, declared, imports),
  ]);
}

interface Package {
  readonly name: string;
  readonly declared: readonly string[];
  readonly imports: readonly Import[];
}

function packages(files: readonly SourceFile[]): Map<string, Package> {
  const found = new Map<string, Package>();
  for (const { path, text } of files) {
    const folder = /^(packages\/[^/]+)\/package\.json$/.exec(path)?.[1];
    if (folder === undefined) continue;
    const manifest = JSON.parse(text) as { name: string; dependencies?: Record<string, string> };
    const sources = files.filter((file) => file.path.startsWith(`${folder}/`) && /\.(?:ts|mts|mjs)$/.test(file.path));
    found.set(folder, {
      name: manifest.name,
      declared: Object.keys(manifest.dependencies ?? {}),
      imports: sources.flatMap(importsOf),
    });
  }
  return found;
}

function checkImport(found: Import, folder: string, name: string, declared: readonly string[]): Finding[] {
  const complain = (message: string): Finding[] => [{ path: found.path, line: found.line, message }];
  const target = targetOf(found);
  if (target !== undefined && /\.m?ts$/.test(target) && !target.startsWith(`${folder}/`)) {
    return complain(`reaches out of its package to ${target}; import the package by name`);
  }
  const imported = packageOf(found);
  if (imported === undefined || imported === name) return [];
  if (imported.startsWith('@weft/') && found.specifier !== imported) {
    return complain(`reaches into the sources of ${imported}; import ${imported} itself`);
  }
  if (imported in LAYERS && !(LAYERS[name] ?? []).includes(imported)) {
    return complain(`${name} must not import ${imported}: imports go down the layer table only`);
  }
  if (isTest(found.path) && TEST_PACKAGES.has(imported)) return [];
  if (!declared.includes(imported))
    return complain(`${imported} is not among the dependencies of ${folder}/package.json`);
  return [];
}

function unused(folder: string, declared: readonly string[], imports: readonly Import[]): Finding[] {
  const used = new Set(imports.map(packageOf));
  return declared
    .filter((name) => !used.has(name))
    .map((name) => ({ path: `${folder}/package.json`, message: `declares ${name}, which no source imports` }));
}
