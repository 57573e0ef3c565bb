/**
 * How long TypeScript takes for 200 types of 30 columns, each of them written, found, changed and aggregated.
 *
 *     node tools/type-speed.ts [--types 200] [--columns 30] [--runs 5]
 *
 * Prints what the compiler measured; exits with 1 where the fastest run takes more than the bound. Other work on the
 * machine can only make a run longer, so that the fastest says most about the types.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCommand } from './run-command.ts';
import { declarationFile, usageFile } from './type-speed/program.ts';

/** The whole run of the compiler: reading, binding, checking. In seconds. */
const TOTAL_S_MAX = 2;
const FILE_TYPES = 20;

const root = fileURLToPath(new URL('..', import.meta.url));
const tsc = join(root, 'node_modules/.bin/tsc');
const folder = join(root, 'tools/.cache/type-speed');
const { values } = parseArgs({
  options: {
    types: { type: 'string', default: '200' },
    columns: { type: 'string', default: '30' },
    runs: { type: 'string', default: '5' },
  },
});

await buildDeclarations();
writeProgram(Number(values.types), Number(values.columns));
const runs: Run[] = [];
for (let run = 0; run < Number(values.runs); run++) runs.push(await measure());
const fastest = runs.reduce((least, run) => (run.totalS < least.totalS ? run : least));
const met = fastest.totalS <= TOTAL_S_MAX;
console.log(
  `${values.types} types × ${values.columns} columns: ${fastest.totalS.toFixed(2)} s in all (bound ${TOTAL_S_MAX} s), ` +
    `${fastest.checkS.toFixed(2)} s of it checking; ${fastest.types} types, ${fastest.instantiations} instantiations; ` +
    `runs ${runs.map((run) => run.totalS.toFixed(2)).join(', ')} s`,
);
process.exitCode = met ? 0 : 1;

interface Run {
  readonly totalS: number;
  readonly checkS: number;
  readonly types: number;
  readonly instantiations: number;
}

/** Users meet Weft as declarations; its sources would be checked along with the program. */
async function buildDeclarations(): Promise<void> {
  await runCommand(tsc, ['-b', 'packages/client'], { cwd: root, timeoutMs: 120_000 });
  if (!existsSync(join(root, 'packages/client/dist/index.d.ts')))
    throw new Error('tsc -b packages/client wrote nothing');
}

/** Declarations and their uses lie in different files, as in a program. */
function writeProgram(types: number, columns: number): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (let first = 0; first < types; first += FILE_TYPES) {
    const numbers = Array.from({ length: Math.min(FILE_TYPES, types - first) }, (_, index) => first + index);
    const name = `types-${first}`;
    writeFileSync(join(folder, `${name}.ts`), declarationFile(numbers, columns));
    writeFileSync(join(folder, `use-${first}.ts`), usageFile(`./${name}.ts`, numbers, columns));
  }
  const options = { noEmit: true, composite: false, declaration: false, declarationMap: false, sourceMap: false };
  const compilerOptions = {
    ...options,
    customConditions: [],
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
  };
  const config = { extends: '../../../tsconfig.base.json', compilerOptions, include: ['.'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
}

async function measure(): Promise<Run> {
  const args = ['-p', folder, '--extendedDiagnostics', '--pretty', 'false'];
  const { output } = await runCommand(tsc, args, { cwd: root, timeoutMs: 120_000 });
  // Errors elsewhere in the repository are the business of `npm run check`; here, they would make the figure meaningless.
  const wrong = output.split('\n').filter((line) => line.includes('.cache/type-speed') && line.includes('error TS'));
  if (wrong.length > 0) throw new Error(`the generated program does not compile:\n${wrong.slice(0, 5).join('\n')}`);
  const figure = (name: string): number => {
    const match = new RegExp(`^${name}:\\s+([\\d.]+)`, 'm').exec(output);
    if (match === null) throw new Error(`the compiler printed no "${name}":\n${output.slice(-2000)}`);
    return Number(match[1]);
  };
  return {
    totalS: figure('Total time'),
    checkS: figure('Check time'),
    types: figure('Types'),
    instantiations: figure('Instantiations'),
  };
}
