#!/usr/bin/env node
// The door of the command line. Plain JavaScript that any Node since 12 can parse, so that an old Node gets one
// readable line instead of a stack of syntax and loader errors. Everything else is in src/cli (or dist/cli).
import * as nodeModule from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { fileURLToPath } from 'node:url';

// From here on Node runs TypeScript as it is; zstd in node:zlib is there as well.
const NODE_MIN = [22, 18];

function tooOld(version) {
  const parts = version.split('.').map(Number);
  return parts[0] < NODE_MIN[0] || (parts[0] === NODE_MIN[0] && parts[1] < NODE_MIN[1]);
}

function fail(line) {
  process.stderr.write('weft: ' + line + '\n');
  process.exitCode = 1;
}

if (tooOld(process.versions.node)) {
  fail(
    'needs Node ' +
      NODE_MIN.join('.') +
      ' or newer but this is Node ' +
      process.versions.node +
      '; run "npm install" and then "npm run demo", which brings and uses Node 24, or install Node 24',
  );
} else {
  // Node reads TypeScript and CommonJS with WebAssembly, in each thread; where threads come and go V8 may end the process
  // when it collects that code (https://github.com/nodejs/node/issues/64500).
  setFlagsFromString('--no-wasm-code-gc');
  // Node keeps compiled modules in its cache of the temporary folder, so that the second start takes half as long.
  nodeModule.enableCompileCache();
  // With --conditions=source the package resolves to its sources, otherwise to what the build made.
  let entry = new URL('../dist/index.js', import.meta.url).href;
  try {
    entry = import.meta.resolve('weft');
  } catch {
    // Not installed under its own name: the build beside this file.
  }
  const main = new URL('./cli/main' + entry.slice(entry.lastIndexOf('.')), entry);
  import(main.href).catch(function (error) {
    if (error && error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes(fileURLToPath(main)))
      fail(
        'is not built; in a clone of the repository start it with "npm run weft --" in front of its words, as "npm run weft -- help"',
      );
    else throw error;
  });
}
