/** `npm run check-demo -- file`: whether the JSON lines of a demo run make sense. For `.ci/run`. */
import { readFileSync } from 'node:fs';
import { checkDemoOutput } from './demo-output.ts';

const path = process.argv[2];
if (path === undefined) {
  console.error('usage: npm run check-demo -- <file with the JSON lines of a demo run>');
  process.exit(2);
}
const output = readFileSync(path, 'utf8');
const problems = checkDemoOutput(output);
console.log(output.trimEnd().split('\n').at(-1));
for (const problem of problems) console.error(`demo: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
